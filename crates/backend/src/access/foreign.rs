//! Why a call finds nothing under a name. A caller of one service learns nothing of others: what belongs to another service is
//! unknown to them. The organization has the rights on all services, so it is told that it asked the wrong one.

use jeton_model::Refusal;
use jeton_model::ids::{GrantId, ID_LIMIT, ServiceId, TokenId};

use super::ApiCaller;
use crate::Backend;
use crate::refusals::{RECORD_CLIENT_FOREIGN, RECORD_CLIENT_UNKNOWN, RECORD_FOREIGN, RECORD_UNKNOWN};

impl Backend {
    /// The refusal of a client's name that names none in the service of the call.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn no_client(&self, caller: &ApiCaller, name: &str) -> Result<Refusal, Refusal> {
        let number = name.parse().ok().filter(|_| caller.is_organization);
        let found = match number {
            Some(number) => self.client_numbered(number).await?,
            None => None,
        };
        Ok(if found.is_some() { RECORD_CLIENT_FOREIGN } else { RECORD_CLIENT_UNKNOWN })
    }

    /// The refusal of a token's text, or the signed copy of one, that names none in the service of the call.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn no_record(&self, caller: &ApiCaller, text: &str) -> Result<Refusal, Refusal> {
        if !caller.is_organization {
            return Ok(RECORD_UNKNOWN);
        }
        for id in self.ledger.secrets().rows_of(text) {
            if let Some(row) = self.ledger.token(id).await?
                && let Some(found) = self.token_named(row.service, text).await?
            {
                return Ok(self.foreign(Some(found.service)));
            }
        }
        Ok(RECORD_UNKNOWN)
    }

    /// The refusal of a record's number that names none in the service of the call.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn no_record_numbered(&self, caller: &ApiCaller, text: &str) -> Result<Refusal, Refusal> {
        let number: Option<u64> = text.parse().ok().filter(|number| *number < ID_LIMIT && caller.is_organization);
        let Some(number) = number else { return Ok(RECORD_UNKNOWN) };
        let service = match self.ledger.grant(GrantId::new(number)).await? {
            Some(grant) => Some(grant.service),
            None => self.ledger.token(TokenId::new(number)).await?.map(|token| token.service),
        };
        let found = match service {
            Some(service) => self.token_numbered(service, text).await?,
            None => None,
        };
        Ok(self.foreign(found.map(|token| token.service)))
    }

    fn foreign(&self, service: Option<ServiceId>) -> Refusal {
        let is_there = service.is_some_and(|service| self.service_numbered(service).is_ok());
        if is_there { RECORD_FOREIGN } else { RECORD_UNKNOWN }
    }
}
