//! A call of the protection API: who calls, and what becomes of it.

use std::sync::Arc;

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jeton_core::Ledger;
use jeton_core::client_auth::Refused;
use jeton_core::model::Service;
use jeton_core::refusal::Refusal;
use jeton_core::uma::Protector;

use crate::machine::refuse;
use crate::state::OauthState;
use crate::wire::{Entity, Source, bearer};

/// What a call comes with.
pub(super) struct Call {
    pub(super) state: OauthState,
    pub(super) source: Source,
    pub(super) headers: HeaderMap,
    pub(super) endpoint: &'static str,
}

/// For whom a call is answered.
pub(super) struct Caller<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) service: &'a Arc<Service>,
    pub(super) by: &'a Protector,
}

impl Call {
    /// Lets the caller in, and answers; a refusal is told in the words of his client's profile.
    pub(super) async fn answer(self, work: impl AsyncFnOnce(Caller<'_>) -> Result<Response, Refusal>) -> Response {
        match self.run(work).await {
            Ok(response) => response,
            Err(refused) => {
                let mut response = refuse(&self.state, &self.headers, &refused, self.endpoint, None);
                // A token without the scope is no PAT: contract section 12.3 answers 401 to all that are none.
                if matches!(refused.refusal, Refusal::BearerScope(_)) {
                    *response.status_mut() = StatusCode::UNAUTHORIZED;
                }
                response
            }
        }
    }

    async fn run(&self, work: impl AsyncFnOnce(Caller<'_>) -> Result<Response, Refusal>) -> Result<Response, Refused> {
        let service = self.state.service()?;
        let text = bearer(&self.headers).ok_or(Refusal::BearerMissing)?;
        let by = Protector::admit(&self.state.ledger, service.id, text, &self.source.0).await?;
        let caller = Caller { ledger: &self.state.ledger, service: &service, by: &by };
        work(caller).await.map_err(|refusal| by.refused(refusal))
    }
}

/// A JSON body of this form. An empty one, or one that is no JSON, is message 28.
pub(super) fn json<T: serde::de::DeserializeOwned>(body: &Entity) -> Result<T, Refusal> {
    let bytes = body.bytes()?;
    serde_json::from_slice(bytes).map_err(|error| {
        if error.is_data() && !bytes.is_empty() { Refusal::ParameterInvalid("body") } else { Refusal::BodyMissing }
    })
}
