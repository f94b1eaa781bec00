//! Introspection for a caller, RFC 7662: what is valid, and who may know.

use std::sync::Arc;

use crate::Ledger;
use crate::client_auth::{self, Presented, Purpose, Refused};
use crate::ledger::{Inspection, Verdict};
use crate::model::{Client, Introspect, Permission, Profile, ResponseScope, Service, Subject, Token, TokenKind};
use crate::origin::Origin;
use crate::refusal::Refusal;
use crate::uma::permissions::{self, Reader};
use crate::uma::{PROTECTION_SCOPE, Protector};

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
    /// The token is valid and the caller may see it. With it, for an RPT, the permissions that concern the caller and still
    /// hold.
    Active(Inspection, Option<Vec<Permission>>),
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
            let live = ledger.admit_with(service.id, text, origin, PROTECTION_SCOPE).await?;
            let protector = Protector::of(&live).ok();
            let reader = protector.as_ref().map_or(Reader::All, Reader::Protector);
            Ok((verdict(ledger, service, token, |_| true, reader, Profile::Standard).await?, ResponseScope::String))
        }
        Caller::Client(presented) => {
            let claimed = client_auth::claimed(ledger, service.id, presented).await?;
            let profile = claimed.as_ref().map_or(Profile::Standard, |c| c.profile);
            let refused = |refusal| Refused { refusal, profile };
            let token = token.ok_or_else(|| refused(Refusal::ParameterMissing("token")))?;
            let client = client_auth::authenticate(ledger, service, claimed, presented, Purpose::Introspect).await;
            let client = client.map_err(refused)?;
            let may_see = |seen: &Token| may_see(&client, seen);
            let reader = match client.introspect {
                Introspect::Audience => Reader::Server(client.key),
                Introspect::Own | Introspect::Any => Reader::All,
            };
            let answer = verdict(ledger, service, token, may_see, reader, profile).await.map_err(refused)?;
            Ok((answer, client.response_scope()))
        }
    }
}

async fn verdict(
    ledger: &Ledger,
    service: &Service,
    text: &str,
    visible: impl Fn(&Token) -> bool,
    reader: Reader<'_>,
    profile: Profile,
) -> Result<Answer, Refusal> {
    Ok(match ledger.inspect(service.id, text).await? {
        Verdict::Live(live) if presentable(&live.token) && visible(&live.token) => {
            let permissions = match live.token.kind {
                TokenKind::Rpt => Some(permissions::reported(ledger, service.id, &live.token, reader).await?),
                _ => None,
            };
            Answer::Active(live, permissions)
        }
        Verdict::Dead(_, Some(token)) if profile == Profile::Classic && presentable(&token) && visible(&token) => {
            Answer::Ended(ended(ledger, token).await?)
        }
        Verdict::Dead(_, None) if profile == Profile::Classic => return Err(Refusal::TokenUnknown),
        _ => Answer::Inactive,
    })
}

/// Whether a resource server may be shown it: a browser's session is between a person and this server alone, what is
/// persisted of somebody's claims between a client and this server.
fn presentable(token: &Token) -> bool {
    !matches!(token.kind, TokenKind::Session | TokenKind::Registration | TokenKind::Pct)
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
