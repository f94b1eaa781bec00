//! Introspection for a caller, RFC 7662: what is valid, and who may know.

use std::sync::Arc;

use crate::Ledger;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::ledger::{Inspection, Verdict};
use crate::model::{Client, Introspect, Profile, ResponseScope, Service, Subject, Token, TokenKind};
use crate::origin::Origin;
use crate::refusal::Refusal;

/// Scope of a bearer token that may introspect in place of client authentication (UMA Federated Authorization 5.1).
const PROTECTION_SCOPE: &str = "uma_protection";

/// Who asks.
pub enum Caller<'a> {
    /// A client that authenticates.
    Client(&'a Presented),
    /// The holder of a bearer token, and where he is.
    Bearer(&'a str, &'a Origin),
}

/// What the caller may know.
#[derive(Debug)]
pub enum Answer {
    /// The token is valid and the caller may see it.
    Active(Inspection),
    /// Exactly that, whatever the reason (RFC 7662 section 2.2).
    Inactive,
    /// Classic clients see the record of a token that ended.
    Ended(Inspection),
}

/// The verdict on `token` for a caller, and in which form it reads scopes.
///
/// # Errors
/// Messages 7 to 10; for classic callers [`Refusal::TokenUnknown`].
pub async fn introspect(
    ledger: &Ledger,
    service: &Arc<Service>,
    caller: Caller<'_>,
    token: Option<&str>,
) -> Result<(Answer, ResponseScope), Refused> {
    match caller {
        Caller::Bearer(text, origin) => {
            let token = token.ok_or(Refusal::ParameterMissing("token"))?;
            protection(ledger, service, text, origin).await?;
            Ok((verdict(ledger, service, token, |_| true, Profile::Standard).await?, ResponseScope::String))
        }
        Caller::Client(presented) => {
            let claimed = client_auth::claimed(ledger, service.id, presented).await?;
            let profile = claimed.as_ref().map_or(Profile::Standard, |c| c.profile);
            let refused = |refusal| Refused { refusal, profile };
            let token = token.ok_or_else(|| refused(Refusal::ParameterMissing("token")))?;
            let client = client_auth::authenticate(ledger, service, claimed, presented, Purpose::Introspect).await;
            let client = client.map_err(refused)?;
            let answer =
                verdict(ledger, service, token, |seen| may_see(&client, seen), profile).await.map_err(refused)?;
            Ok((answer, client.response_scope()))
        }
    }
}

async fn protection(ledger: &Ledger, service: &Service, text: &str, origin: &Origin) -> Result<(), Refusal> {
    ledger.admit_with(service.id, text, origin, PROTECTION_SCOPE).await.map(drop)
}

async fn verdict(
    ledger: &Ledger,
    service: &Service,
    text: &str,
    visible: impl Fn(&Token) -> bool,
    profile: Profile,
) -> Result<Answer, Refusal> {
    Ok(match ledger.inspect(service.id, text).await? {
        Verdict::Live(live) if presentable(&live.token) && visible(&live.token) => Answer::Active(live),
        Verdict::Dead(_, Some(token)) if profile == Profile::Classic && presentable(&token) && visible(&token) => {
            Answer::Ended(ended(ledger, token).await?)
        }
        Verdict::Dead(_, None) if profile == Profile::Classic => return Err(Refusal::TokenUnknown),
        _ => Answer::Inactive,
    })
}

/// Whether a resource server may be shown it: a browser's session is between a person and this server alone.
fn presentable(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Session | TokenKind::Registration)
}

/// The record of a token that ended, with what is still there of client and user.
async fn ended(ledger: &Ledger, token: Arc<Token>) -> Result<Inspection, Refusal> {
    let client = match token.client {
        Some(key) => ledger.directory().client(key).await?,
        None => None,
    };
    let user = match token.subject {
        Some(Subject::User(key)) => ledger.directory().user(key).await?,
        _ => None,
    };
    Ok(Inspection { token, grant: None, client, user })
}

/// A client sees its own tokens, and others as its registration says (RFC 7662 section 4).
fn may_see(client: &Client, token: &Token) -> bool {
    token.client == Some(client.key)
        || match client.introspect {
            Introspect::Own => false,
            Introspect::Audience => token.audience.split(' ').any(|a| a == client.client_id.as_str()),
            Introspect::Any => true,
        }
}
