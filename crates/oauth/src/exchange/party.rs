//! The parties of an exchange: what a presented token proves, whoever presents it.

use std::sync::Arc;

use serde_json::Value;

use crate::OAuth;
use crate::assertion::Assertion;
use crate::own_id_token::is_id_token;
use crate::trusted_keys::KeySet;
use crate::withdrawn::{issued_with, signed_out};
use jeton_jose::Secret;
use jeton_ledger::ledger::{Inspection, Verdict};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::records::{Client, Service, Subject, TokenFormat, TokenKind, User};
use jeton_model::scope::Scope;

/// The claim of RFC 8693 section 4.4.
pub(crate) const MAY_ACT: &str = "may_act";

/// Token type identifiers, RFC 8693 section 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// An access token, in any format.
    Access,
    /// A refresh token.
    Refresh,
    /// An ID token.
    Id,
    /// An access token that is a JWT.
    Jwt,
}

impl TokenType {
    const ALL: [Self; 4] = [Self::Access, Self::Refresh, Self::Id, Self::Jwt];

    /// The identifier in requests and answers.
    pub(crate) const fn urn(self) -> &'static str {
        match self {
            Self::Access => "urn:ietf:params:oauth:token-type:access_token",
            Self::Refresh => "urn:ietf:params:oauth:token-type:refresh_token",
            Self::Id => "urn:ietf:params:oauth:token-type:id_token",
            Self::Jwt => "urn:ietf:params:oauth:token-type:jwt",
        }
    }

    /// Parses an identifier.
    pub(crate) fn read(urn: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.urn() == urn)
    }
}

/// The subject or the actor of an exchange.
#[derive(Debug)]
pub(crate) struct Party {
    /// `sub`.
    pub(crate) sub: String,
    /// The client that the token was issued to.
    pub(crate) client: Option<Arc<Client>>,
    /// The user, when the subject is a user of this service.
    pub(crate) user: Option<Arc<User>>,
    /// The token's scope; none: an ID token has none.
    pub(crate) scope: Option<Scope>,
    /// Its audience.
    pub(crate) audience: Arc<str>,
    /// When it expires.
    pub(crate) expires: Option<Timestamp>,
    /// `act`: the present chain of actors.
    pub(crate) act: Option<Value>,
    /// `may_act`.
    pub(crate) may_act: Option<Value>,
    /// The inspected token; for an ID token, the access token that was issued with it.
    pub(crate) live: Option<Inspection>,
}

impl Party {
    /// Verifies a token of this issuer. None: it is not valid, or not of the stated type.
    ///
    /// # Errors
    /// Only when the store fails.
    pub(crate) async fn prove(
        oauth: &OAuth,
        service: &Service,
        text: &Secret,
        kind: TokenType,
    ) -> Result<Option<Self>, Refusal> {
        if kind == TokenType::Id {
            return of_id_token(oauth, service, text).await;
        }
        let Verdict::Active(live) = oauth.ledger.inspect(service.id, text.expose()).await? else { return Ok(None) };
        let fits = match kind {
            TokenType::Refresh => live.token.kind == TokenKind::Refresh,
            TokenType::Jwt => live.token.kind == TokenKind::Access && live.token.format == TokenFormat::Jwt,
            _ => matches!(live.token.kind, TokenKind::Access | TokenKind::Api),
        };
        let Some(sub) = live.sub().filter(|_| fits).map(str::to_owned) else { return Ok(None) };
        let details = live.token.details.as_ref();
        // A refresh token has the audience of its family; if it was exchanged, its own.
        let audience = match (&live.grant, live.token.kind) {
            (Some(grant), TokenKind::Refresh) if live.token.audience.is_empty() => Arc::clone(&grant.audience),
            _ => Arc::clone(&live.token.audience),
        };
        Ok(Some(Self {
            sub,
            client: live.client.clone(),
            user: live.user.clone(),
            scope: Some(live.token.scope.clone()),
            audience,
            expires: live.token.expires,
            act: details.and_then(|d| d.actor.clone()),
            may_act: details.and_then(|d| d.claims.get(MAY_ACT).cloned()),
            live: Some(live),
        }))
    }

    /// Its `client_id`.
    pub(crate) fn client_id(&self) -> Option<&str> {
        self.client.as_ref().map(|c| c.client_id.as_str())
    }
}

/// The longest lifetime of an ID token that is accepted.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(366 * 86_400);

/// An ID token of this issuer: signed with a published key, for an enabled client and an enabled user. It is valid as long as
/// the access token that was issued with it, which its `jti` names: it ends with that token and its family, is suspended with
/// it, and has its binding. An ID token that names none (none was issued with it, or an earlier version made it) is rejected:
/// tokens exchanged from it could not be revoked.
async fn of_id_token(oauth: &OAuth, service: &Service, text: &Secret) -> Result<Option<Party>, Refusal> {
    let Some(token) = signed_here(oauth, service, text).await? else { return Ok(None) };
    let claims = token.claims();
    let (Ok(Some(sub)), Ok(aud)) = (claims.sub(), claims.aud()) else { return Ok(None) };
    let (Ok(Some(exp)), Ok(Some(iat)), [aud]) = (claims.exp(), claims.iat(), aud.as_slice()) else { return Ok(None) };
    // A token for another party has no user here.
    let client = oauth.ledger.entities().client_by_id(service.id, aud).await?;
    let client = oauth.ledger.entities().active(client).await?;
    let client = client.filter(|c| c.service == service.id && c.tokens_from.seconds() <= iat.seconds());
    let user = oauth.ledger.entities().user_by_sub(service.id, sub).await?;
    // `iat` is in whole seconds: a token from the second in which tokens were ended may be an old one.
    let user = user.filter(|u| u.enabled && u.service == service.id && u.tokens_from <= iat);
    let (Some(client), Some(user)) = (client, user) else { return Ok(None) };
    let Some(Verdict::Active(live)) = issued_with(oauth, service, claims).await? else { return Ok(None) };
    if live.token.client != Some(client.key) || live.token.subject != Some(Subject::User(user.key)) {
        return Ok(None);
    }
    if signed_out(oauth, &live, iat).await? {
        return Ok(None);
    }
    let may_act = live.token.details.as_ref().and_then(|details| details.claims.get(MAY_ACT));
    let may_act = claims.get(MAY_ACT).or(may_act).cloned();
    Ok(Some(Party {
        sub: user.sub.clone(),
        audience: client.client_id.as_str().into(),
        client: Some(client),
        user: Some(user),
        scope: None,
        expires: live.token.expires.map_or(Some(exp), |end| Some(end.min(exp))),
        act: claims.get("act").cloned(),
        may_act,
        live: Some(live),
    }))
}

/// An ID token of this issuer that is valid now, by its header, signature, issuer and times.
pub(super) async fn signed_here(oauth: &OAuth, service: &Service, text: &Secret) -> Result<Option<Assertion>, Refusal> {
    let now = oauth.ledger.now();
    let Ok(token) = Assertion::parse(Secret::new(text.expose())) else { return Ok(None) };
    if !is_id_token(token.header(), token.claims(), service) {
        return Ok(None);
    }
    let Ok(keys) = KeySet::new(oauth.ledger.keys().ring(service.id).await?.published(now)) else { return Ok(None) };
    if token.verify(&keys, |alg| !alg.is_symmetric()).is_err() || token.check_times(now, LONGEST).is_err() {
        return Ok(None);
    }
    let claims = token.claims();
    let (Ok(Some(exp)), Ok(Some(iat))) = (claims.exp(), claims.iat()) else { return Ok(None) };
    // No tolerance: this server's own clock issued it.
    let is_good = now < exp && iat <= now;
    Ok(Some(token).filter(|_| is_good))
}
