//! Who registers.

use std::net::IpAddr;
use std::sync::Arc;

use super::REGISTER_SCOPE;
use crate::OAuth;
use crate::dialect::Dialect;
use jeton_administration::Caller;
use jeton_administration::api_tokens::TOKENS_SCOPE;
use jeton_ledger::ledger::{Inspection, Relying};
use jeton_ledger::refusals::{BEARER_MISSING, BEARER_SCOPE};
use jeton_ledger::request_source::RequestSource;
use jeton_model::Refusal;
use jeton_model::ids::UserKey;
use jeton_model::records::{Client, RegistrationPolicy, Service};
use jeton_model::scope::Scope;

/// Who registers a client.
pub(super) enum Registrant {
    /// The holder of an initial access token, with or without a user.
    Trusted(Option<UserKey>),
    /// An administrator: the scope `iam:admin.write` (`docs/contracts/indigo-iam.md` section 3.2).
    Administrator(Caller),
    /// A user of this service, with a token that has these scopes; none: the person who registered the client, whatever their
    /// state now, by the client's registration access token.
    Person(UserKey, Option<Scope>),
    /// Anyone, from this address or network.
    Anyone(Arc<str>),
    /// Anyone, by a document at the client id.
    Document,
}

impl Registrant {
    /// Determines the registrant. A token that is sent must be valid, even if none is needed. That a person's token is enough
    /// where anyone or any person may register is INDIGO IAM's rule. The token of a client that registered itself needs the
    /// scope `jeton:tokens` for this, as for the person's other tokens, since what it registers outlives the person's consent.
    /// Without that scope the registrant is anyone.
    ///
    /// # Errors
    /// [`BEARER_MISSING`], `BEARER_INVALID`, [`BEARER_SCOPE`].
    pub(super) async fn of(
        oauth: &OAuth,
        service: &Service,
        bearer: Option<&str>,
        origin: &RequestSource,
        dialect: Dialect,
    ) -> Result<Self, Refusal> {
        let policy = &service.settings.registration;
        let Some(text) = bearer else {
            return if policy.open { Ok(Self::anyone(origin)) } else { Err(BEARER_MISSING) };
        };
        let live = oauth.ledger.admit(service.id, text, origin, (None, Relying::OnStore)).await?;
        if live.holds(REGISTER_SCOPE) {
            return Ok(Self::Trusted(live.user.map(|user| user.key)));
        }
        if let (Dialect::Indigo, Some(caller)) = (dialect, Caller::iam_writer(&oauth.ledger, &live)) {
            return Ok(Self::Administrator(caller));
        }
        let Some(user) = live.user.as_ref().filter(|_| dialect == Dialect::Indigo && (policy.open || policy.users))
        else {
            return Err(BEARER_SCOPE.with(REGISTER_SCOPE));
        };
        if !live.is_vouched_for() {
            if !live.holds(TOKENS_SCOPE) {
                return if policy.open { Ok(Self::anyone(origin)) } else { Err(BEARER_SCOPE.with(TOKENS_SCOPE)) };
            }
            oauth.ledger.uses().mark_needed(&live, TOKENS_SCOPE);
        }
        Ok(Self::Person(user.key, Some(opened(&live))))
    }

    fn anyone(origin: &RequestSource) -> Self {
        Self::Anyone(network(origin.addr))
    }

    /// Who registered a client. It limits what the client may become, even if they are gone.
    pub(super) fn who_registered(client: &Client) -> Self {
        match (&client.registered_from, client.registered_by) {
            _ if client.from_document => Self::Document,
            (Some(address), _) => Self::Anyone(Arc::clone(address)),
            (None, Some(key)) => Self::Person(key, None),
            (None, None) => Self::Trusted(None),
        }
    }

    /// Whether the holder of a client's registration access token may add grant types, response types and scopes to it: only where
    /// whoever registered it could register another one now, by the same rules and without a token of the operator's; and never
    /// to a record that an administrator has written.
    pub(super) fn may_add(&self, policy: &RegistrationPolicy, known: &Client) -> bool {
        let could_register = match self {
            Self::Anyone(_) => policy.open,
            Self::Person(..) => policy.open || policy.users,
            // It is read only where the service takes such clients.
            Self::Document => true,
            Self::Trusted(_) | Self::Administrator(_) => false,
        };
        could_register && !known.is_administered()
    }

    /// The budget of attempts for a change from this source: for a client of open registration, that of the address.
    pub(super) fn budget_from(&self, origin: &RequestSource) -> Option<Arc<str>> {
        match self {
            Self::Anyone(_) => Some(network(origin.addr)),
            other => other.budget(),
        }
    }

    /// The budget of attempts and clients; none: unlimited.
    pub(super) fn budget(&self) -> Option<Arc<str>> {
        match self {
            Self::Trusted(_) | Self::Administrator(_) | Self::Document => None,
            Self::Person(key, _) => Some(format!("user {key}").into()),
            Self::Anyone(address) => Some(Arc::clone(address)),
        }
    }

    /// Whether they decide for the operator.
    pub(super) fn is_administrator(&self) -> bool {
        matches!(self, Self::Administrator(_))
    }
}

/// The scopes of a token that its client still has.
fn opened(live: &Inspection) -> Scope {
    match &live.client {
        Some(client) => live.token.scope.intersect(&client.scope),
        None => live.token.scope.clone(),
    }
}

/// What counts as one address: an IPv6 network of 64 bits, since one holder usually has all its addresses.
fn network(addr: Option<IpAddr>) -> Arc<str> {
    match addr.map(|addr| addr.to_canonical()) {
        None => "local".into(),
        Some(IpAddr::V4(addr)) => addr.to_string().into(),
        Some(IpAddr::V6(addr)) => {
            let [a, b, c, d, ..] = addr.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64").into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn one_network_is_one_address() {
        let of = |text: &str| network(text.parse().ok());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
