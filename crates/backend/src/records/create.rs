//! Creates a record outside any flow (`docs/contracts/authlete.md` section 2.1): a migration, a test, or the result of a grant that
//! the authorization server decided itself.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::Secret;
use jeton_ledger::ledger::{Family, Given, GivenText, MintedToken, NewGrant, Plan, TokenPlan};
use jeton_model::Refusal;
use jeton_model::records::{
    Authentication, Binding, Client, GrantDetails, Property, Service, TokenDetails, TokenFormat, TokenKind, Vouched,
};
use jeton_model::scope::Scope;
use serde_json::{Map, Value};

use super::{Named, Record, external_attachment};
use crate::Backend;
use crate::access::ApiCaller;
use crate::refusals::{
    RECORD_CLIENT_LOCKED, RECORD_GRANT_UNSUPPORTED, RECORD_PROPERTIES_TOO_LARGE, RECORD_REFRESH_UNSUPPORTED,
    SUBJECT_MISSING,
};

/// The most that the properties of a record may take, in bytes of JSON (`docs/contracts/authlete.md` section 6).
pub(super) const LARGEST_PROPERTIES: usize = 65_535;

/// A record to create.
#[derive(Default)]
pub struct CreateRecord {
    /// The `grant_type` that it is the result of, as in a token request.
    pub grant_type: String,
    /// Its client.
    pub client: Option<Arc<Client>>,
    /// Its subject; ignored for client credentials.
    pub subject: Option<String>,
    /// Its scope.
    pub scope: Option<Scope>,
    /// How long the access token lives; none: as the client or the service says.
    pub access_lifetime: Option<Duration>,
    /// How long the refresh token lives.
    pub refresh_lifetime: Option<Duration>,
    /// Whether the access token never expires.
    pub is_persistent: bool,
    /// Extra properties.
    pub properties: Vec<Property>,
    /// The text of the access token, where it was made elsewhere.
    pub access_text: Option<Secret>,
    /// The text of the refresh token, where it was made elsewhere.
    pub refresh_text: Option<Secret>,
    /// The key that the tokens are bound to.
    pub binding: Option<Binding>,
    /// RFC 9396 `authorization_details`.
    pub authorization_details: Option<serde_json::Value>,
    /// The audience (RFC 8707), space-separated.
    pub audience: Option<Arc<str>>,
    /// Extra claims of a JWT access token.
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// How the subject signed in.
    pub authentication: Option<Authentication>,
    /// The session of the subject at the authorization server: `sid` of ID tokens.
    pub session: Option<String>,
    /// How its request is to have named the client.
    pub named: Named,
    /// Whether the access token is for external attachments.
    pub for_external_attachment: bool,
}

impl CreateRecord {
    /// What is kept with the record.
    fn kept(&self) -> Map<String, Value> {
        let mut kept = self.named.members();
        if self.for_external_attachment {
            external_attachment::mark(&mut kept);
        }
        kept
    }
}

/// A record that was created, with the texts of its tokens.
pub struct CreatedRecord {
    /// The record.
    pub record: Record,
    /// The access token.
    pub access: MintedToken,
    /// The refresh token.
    pub refresh: Option<MintedToken>,
}

/// The grants whose results can be created, by their names in a token request: all of the contract but `refresh_token`.
const GRANTS: [&str; 9] = [
    "authorization_code",
    "implicit",
    "password",
    CLIENT_CREDENTIALS,
    JWT_BEARER,
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:pre-authorized_code",
];
const CLIENT_CREDENTIALS: &str = "client_credentials";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

fn may_create(grant_type: &str) -> bool {
    GRANTS.contains(&grant_type)
}

/// Whether the result of a grant has a refresh token.
pub(super) fn may_refresh(grant_type: &str) -> bool {
    !matches!(grant_type, "implicit" | CLIENT_CREDENTIALS)
}

impl Backend {
    /// Creates a record.
    ///
    /// # Errors
    /// `SUBJECT_MISSING` and its companions, `RECORD_…`; `TEXT_TAKEN` for a text that is in use; or a refusal of the executor.
    pub async fn create_record(
        &self,
        caller: &ApiCaller,
        service: &Arc<Service>,
        asked: CreateRecord,
    ) -> Result<CreatedRecord, Refusal> {
        let plan = self.record_plan(caller, service, asked).await?;
        let mut issued = self.ledger.mint(plan).await?;
        let position = |kind| issued.tokens.iter().position(|token| token.kind == kind);
        let refresh = position(TokenKind::Refresh).map(|at| issued.tokens.remove(at));
        let access = issued.tokens.remove(0);
        let row = self.ledger.token(access.id).await?.ok_or(jeton_model::refusals::BUSY)?;
        let record = self.record_of(row).await?;
        Ok(CreatedRecord { record, access, refresh })
    }

    /// What the executor has to mint for a record.
    ///
    /// # Errors
    /// Those of [`Self::create_record`] that are not the executor's.
    pub(super) async fn record_plan(
        &self,
        caller: &ApiCaller,
        service: &Arc<Service>,
        asked: CreateRecord,
    ) -> Result<Plan, Refusal> {
        if !may_create(&asked.grant_type) || !service.settings.backend.supports(&asked.grant_type) {
            return Err(RECORD_GRANT_UNSUPPORTED.with(asked.grant_type));
        }
        if asked.client.as_ref().is_some_and(|client| !client.enabled) {
            return Err(RECORD_CLIENT_LOCKED);
        }
        check_properties(&asked.properties)?;
        let (subject, user) = match &asked.subject {
            _ if asked.grant_type == CLIENT_CREDENTIALS => (None, None),
            Some(text) => {
                let (subject, user) = self.subject(service.id, text).await?;
                (Some(subject), user)
            }
            None if asked.grant_type == JWT_BEARER => (None, None),
            None => return Err(SUBJECT_MISSING),
        };
        let with_refresh = may_refresh(&asked.grant_type) && !service.settings.backend.no_refresh_tokens;
        if asked.refresh_text.is_some() && !with_refresh {
            return Err(RECORD_REFRESH_UNSUPPORTED.with(asked.grant_type));
        }
        let tokens = planned(caller, service, &asked, with_refresh)?;
        let is_alone = asked.grant_type == CLIENT_CREDENTIALS;
        let family = if is_alone { Family::Own } else { Family::New(Box::new(family(&asked, &tokens))) };
        Ok(Plan { subject, user, family, tokens, ..Plan::new(Arc::clone(service), asked.client) })
    }
}

/// The tokens of a record: an access token, and a refresh token where there is one.
fn planned(
    caller: &ApiCaller,
    service: &Service,
    asked: &CreateRecord,
    with_refresh: bool,
) -> Result<Vec<TokenPlan>, Refusal> {
    let client = asked.client.as_deref();
    let scope = asked.scope.clone().unwrap_or_else(Scope::empty);
    super::scope::check(service, client, &scope)?;
    let actor = caller.administrator(service.id).administers()?;
    let given = |text: &Secret| Given { text: GivenText::Clear(text.clone()), by: Some(actor.clone()) };
    let settings = &service.settings;
    let mut access = match client {
        Some(client) => TokenPlan::access(service, client, scope.clone()),
        None => {
            let life = Some(settings.access_token_lifetime);
            TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, scope.clone(), life)
        }
    };
    access.lifetime = match (asked.is_persistent, asked.access_lifetime) {
        (true, _) => None,
        (false, None) => access.lifetime,
        (false, given) => given,
    };
    access.keeps_lifetime = asked.is_persistent || asked.access_lifetime.is_some();
    if asked.is_persistent && access.format == TokenFormat::Jwt {
        // RFC 9068 section 2.2 requires `exp`.
        access.format = TokenFormat::Opaque;
    }
    if let Some(text) = &asked.access_text {
        access.format = TokenFormat::Foreign;
        access.given = Some(given(text));
    }
    if let Some(audience) = &asked.audience {
        access.audience = Arc::clone(audience);
    }
    access.binding = asked.binding;
    access.details = TokenDetails {
        properties: asked.properties.clone(),
        authorization_details: asked.authorization_details.clone(),
        claims: asked.claims.clone(),
        other: if asked.grant_type == CLIENT_CREDENTIALS { asked.kept() } else { Map::new() },
        ..TokenDetails::default()
    };
    let mut tokens = vec![access];
    if with_refresh {
        let own = client.and_then(|client| client.refresh_token_lifetime).unwrap_or(settings.refresh_token_lifetime);
        let life = asked.refresh_lifetime.unwrap_or(own);
        let mut refresh = TokenPlan::new(TokenKind::Refresh, TokenFormat::Opaque, scope, Some(life));
        if let Some(text) = &asked.refresh_text {
            refresh.format = TokenFormat::Foreign;
            refresh.given = Some(given(text));
        }
        refresh.binding = asked.binding;
        refresh.keeps_lifetime = asked.refresh_lifetime.is_some();
        tokens.push(refresh);
    }
    Ok(tokens)
}

/// The authorization of a record: it lives as long as its longest token.
fn family(asked: &CreateRecord, tokens: &[TokenPlan]) -> NewGrant {
    let audience = tokens.first().map(|token| Arc::clone(&token.audience)).unwrap_or_default();
    NewGrant {
        binding: asked.binding,
        authentication: asked.authentication.clone(),
        details: GrantDetails {
            properties: asked.properties.clone(),
            authorization_details: asked.authorization_details.clone(),
            // Always: the caller says who the person is, and the person's roles open nothing here.
            vouched: Some(Box::new(Vouched { session: asked.session.clone(), ..Vouched::default() })),
            other: asked.kept(),
            ..GrantDetails::default()
        },
        ..NewGrant::new(&asked.grant_type, asked.scope.clone().unwrap_or_else(Scope::empty), audience)
    }
}

/// Checks the size of properties.
///
/// # Errors
/// [`RECORD_PROPERTIES_TOO_LARGE`].
pub fn check_properties(properties: &[Property]) -> Result<(), Refusal> {
    /// Counts what is written.
    struct Size(usize);
    impl std::io::Write for Size {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    if properties.is_empty() {
        return Ok(());
    }
    let mut size = Size(0);
    serde_json::to_writer(&mut size, properties)?;
    if size.0 > LARGEST_PROPERTIES { Err(RECORD_PROPERTIES_TOO_LARGE) } else { Ok(()) }
}
