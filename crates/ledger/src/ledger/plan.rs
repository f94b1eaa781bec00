//! A plan: what a grant or an administrator decided to mint. Making one writes nothing.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::{Algorithm, Secret};

use super::{DeviceChange, IdTokenReader, properties};
use crate::formats;
use crate::formats::jwt_form::JwtForm;
use crate::formats::named_api::NamedApi;
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DeviceId, GrantId, TokenId};
use jeton_model::records::{
    Actor, Authentication, Binding, Client, Device, Document, Event, Grant, GrantDetails, Service, SingleUse,
    SingleUseKey, SingleUseKind, Subject, Token, TokenDetails, TokenFormat, TokenKind, User, Verifier,
};
use jeton_model::scope::Scope;
use jeton_model::store::Write;

/// Tokens to mint together, by whose authority, and what that uses up.
pub struct Plan {
    /// The issuer.
    pub service: Arc<Service>,
    /// The authenticated client.
    pub client: Option<Arc<Client>>,
    /// The user that the tokens are for; none when the subject is no user of this ledger.
    pub user: Option<Arc<User>>,
    /// Whether the user is created in the same commit.
    pub new_user: bool,
    /// The subject.
    pub subject: Option<Subject>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The family the tokens belong to.
    pub family: Family,
    /// What is used up in the same commit; when it is already gone, nothing is minted.
    pub precondition: Option<MintPrecondition>,
    /// A token that the plan's first one replaces: it is ended in the same commit.
    pub replaces: Option<Arc<Token>>,
    /// Access tokens that end with it (`clear_access_tokens_on_refresh`); only with a [`MintPrecondition::Refresh`] or a
    /// [`MintPrecondition::Needs`]. A [`MintPrecondition::Device`] names its own.
    pub clears: Vec<Arc<Token>>,
    /// Whether the other live access and refresh tokens of the same client and subject end in the same commit, with their families:
    /// one authorization of a person at a client at a time. Without effect for a plan without client or subject, and for an
    /// existing family, which is that one.
    pub ends_earlier: bool,
    /// Whether an access token ends, at the latest, with the refresh token that the plan makes or keeps.
    pub ends_access_with_refresh: bool,
    /// Whether an existing family lives on until the last of these tokens ends. Else its own end cuts them short.
    pub prolongs_family: bool,
    /// The tokens. The `at_hash` of an ID token refers to the first access token.
    pub tokens: Vec<TokenPlan>,
    /// An ID token to issue with them.
    pub id_token: Option<IdTokenPlan>,
    /// An earlier token that the answer contains beside the new ones.
    pub beside: Option<MintedToken>,
    /// Events to write with it.
    pub events: Vec<Event>,
    /// Single-use entries to write with it (an authorization code).
    pub entries: Vec<SingleUse>,
    /// Records that are created in the same commit, before the tokens: the service or the client of the plan. When one of their names is
    /// taken, nothing is minted.
    pub creates: Vec<Write>,
    /// Documents to write with it.
    pub documents: Vec<Document>,
    /// How its JWT access tokens are written; none: as RFC 9068 says. Set by a mint rule.
    pub jwt_form: Option<&'static dyn JwtForm>,
    /// The single-use entry of the client's assertion, claimed in the same commit; when it is already claimed, nothing is minted.
    pub claim: Option<SingleUse>,
}

impl Plan {
    /// A plan for a client that acts for itself: no user, no family, nothing used up, no tokens yet.
    #[must_use]
    pub fn new(service: Arc<Service>, client: Option<Arc<Client>>) -> Self {
        Self {
            service,
            client,
            user: None,
            new_user: false,
            subject: None,
            device: None,
            family: Family::Own,
            precondition: None,
            replaces: None,
            clears: Vec::new(),
            ends_earlier: false,
            ends_access_with_refresh: false,
            prolongs_family: false,
            tokens: Vec::new(),
            id_token: None,
            beside: None,
            events: Vec::new(),
            entries: Vec::new(),
            creates: Vec::new(),
            documents: Vec::new(),
            jwt_form: None,
            claim: None,
        }
    }

    /// Sets the user that the plan is for.
    #[must_use]
    pub fn of_user(self, user: Arc<User>) -> Self {
        Self { subject: Some(Subject::User(user.key)), user: Some(user), ..self }
    }
}

/// The family of new tokens.
pub enum Family {
    /// None: no refresh, no resource owner.
    Own,
    /// An existing grant.
    Existing(Arc<Grant>),
    /// A new grant.
    New(Box<NewGrant>),
}

/// A grant to be made.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its number, when it had to be known before (a code contains its grant's number); else a new one.
    pub id: Option<GrantId>,
    /// `grant_type` as in the request.
    pub grant_type: Arc<str>,
    /// What is authorized.
    pub scope: Scope,
    /// Audiences, space-separated.
    pub audience: Arc<str>,
    /// How long the family may live; none: until the longest of these tokens ends.
    pub lifetime: Option<Duration>,
    /// Binding of the family.
    pub binding: Option<Binding>,
    /// How the person signed in.
    pub authentication: Option<Authentication>,
    /// The rest.
    pub details: GrantDetails,
}

impl NewGrant {
    /// A grant of these rights that lives until its longest token ends.
    #[must_use]
    pub fn new(grant_type: &str, scope: Scope, audience: Arc<str>) -> Self {
        Self {
            id: None,
            grant_type: grant_type.into(),
            scope,
            audience,
            lifetime: None,
            binding: None,
            authentication: None,
            details: GrantDetails::default(),
        }
    }
}

/// What minting uses up.
pub enum MintPrecondition {
    /// An entry that must not exist yet: it is written as already used (a page's answer).
    Claim(Box<SingleUse>),
    /// A single-use entry.
    SingleUse {
        /// Its kind.
        kind: SingleUseKind,
        /// Its key.
        key: SingleUseKey,
    },
    /// A refresh token, replaced by the plan's refresh token. The answer is encrypted under its text for the grace period.
    Refresh {
        /// The row.
        token: Arc<Token>,
        /// The text presented.
        text: Secret,
    },
    /// A refresh token that does not rotate: it must be active and stays so. `idle`: how long from now it may remain unused.
    Needs {
        /// The row.
        token: Arc<Token>,
        /// How long it may now remain unused, within the family's lifetime.
        idle: Option<Duration>,
    },
    /// An API token that the plan's first token replaces, once: it must be active, ends at `end`, and from now on names its
    /// successor.
    Overlap {
        /// The row.
        token: Arc<Token>,
        /// Its new end, not later than the old one.
        end: Timestamp,
        /// Who rotates it.
        actor: Actor,
    },
    /// The record of the plan's device, which is replaced; what ends with that ends in the same commit.
    Device {
        /// The new version of the record.
        change: Box<DeviceChange>,
        /// Adds to it what is only known when the tokens are made: their numbers, hashes and family.
        with: Box<CompleteDevice>,
    },
}

/// Adds the rows of minted tokens to the record of their device.
pub type CompleteDevice = dyn Fn(&mut Device, &[Arc<Token>]) -> Result<(), Refusal> + Send + Sync;

/// A token to be made.
pub struct TokenPlan {
    /// Its kind.
    pub kind: TokenKind,
    /// Its format.
    pub format: TokenFormat,
    /// Its scope.
    pub scope: Scope,
    /// Its audience, space-separated.
    pub audience: Arc<str>,
    /// Its lifetime; none: unlimited.
    pub lifetime: Option<Duration>,
    /// Whether a trusted caller asked for this lifetime: rules do not change it.
    pub keeps_lifetime: bool,
    /// When it ends at the latest, whatever its lifetime; none: nothing but the lifetime counts.
    pub until: Option<Timestamp>,
    /// Not before; none: from now.
    pub not_before: Option<Timestamp>,
    /// The token it comes from.
    pub parent: Option<TokenId>,
    /// Bound to a key.
    pub binding: Option<Binding>,
    /// What fixes the text of a ProdManager token, and its expiry instead of `lifetime`; such a token is an API token without a
    /// family.
    pub named: Option<Box<NamedApi>>,
    /// The rest.
    pub details: TokenDetails,
    /// For a text that was made elsewhere; the format is [`TokenFormat::Foreign`]. None: the text is made here.
    pub given: Option<Given>,
    /// How this one's JWT is written, instead of as the plan says.
    pub form: Option<&'static dyn JwtForm>,
    /// Whether an encrypted copy of the text stays with the row for the feature that made it, which answers with it again.
    pub keeps_text: bool,
}

/// A text that was made elsewhere.
pub struct Given {
    /// The text, or what is known of it.
    pub text: GivenText,
    /// Who provides it; none: the feature of this server that makes such texts, and then no event reports it.
    pub by: Option<Actor>,
}

/// What is known of a text that was made elsewhere.
pub enum GivenText {
    /// Its SHA-256: this ledger never sees the text.
    Hash(Verifier),
    /// The text itself: visible ASCII characters, and not in the form of this ledger's own reference tokens.
    Clear(Secret),
}

impl GivenText {
    /// Its SHA-256.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        match self {
            Self::Hash(hash) => *hash,
            Self::Clear(text) => formats::verifier(text.expose()),
        }
    }
}

impl TokenPlan {
    /// A token with a scope and a lifetime and nothing else.
    #[must_use]
    pub fn new(kind: TokenKind, format: TokenFormat, scope: Scope, lifetime: Option<Duration>) -> Self {
        Self {
            kind,
            format,
            scope,
            audience: "".into(),
            lifetime,
            keeps_lifetime: false,
            until: None,
            not_before: None,
            parent: None,
            binding: None,
            named: None,
            details: TokenDetails::default(),
            given: None,
            form: None,
            keeps_text: false,
        }
    }

    /// An access token for a client, with the format and lifetime that the client or its service sets.
    #[must_use]
    pub fn access(service: &Service, client: &Client, scope: Scope) -> Self {
        let settings = &service.settings;
        let format = match settings.signed_copy {
            true => TokenFormat::Opaque,
            false => client.access_token_format.unwrap_or(settings.access_token_format),
        };
        let lifetime = client.access_token_lifetime.unwrap_or(settings.access_token_lifetime);
        Self { audience: audience(client, service), ..Self::new(TokenKind::Access, format, scope, Some(lifetime)) }
    }
}

/// The audience of tokens for which a request names none: the configured one, else the default (RFC 9068 section 3).
fn audience(client: &Client, service: &Service) -> Arc<str> {
    let settings = &service.settings;
    let configured = client.audience.as_ref().unwrap_or(&settings.audience);
    if configured.is_empty() {
        return Arc::clone(client.default_audience.as_ref().unwrap_or(&settings.default_audience));
    }
    Arc::clone(configured)
}

/// An ID token to be made (OIDC Core section 2).
pub struct IdTokenPlan {
    /// `sub`.
    pub sub: String,
    /// The request's `nonce`.
    pub nonce: Option<String>,
    /// How and when the person signed in.
    pub authentication: Option<Authentication>,
    /// Its lifetime.
    pub lifetime: Duration,
    /// Algorithm.
    pub alg: Algorithm,
    /// Who can read it.
    pub reader: IdTokenReader,
    /// Claims about the person.
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// The authorization code that is issued with it, for `c_hash`.
    pub code: Option<Secret>,
    /// Further members of its header; those that say how it is signed cannot be replaced.
    pub header: serde_json::Map<String, serde_json::Value>,
    /// Whether `aud` is an array, even of one.
    pub audience_as_array: bool,
    /// Whether it has a `jti` also when no access token is issued with it, which `jti` would name.
    pub has_id: bool,
}

/// What was minted. Token texts exist nowhere else.
#[derive(Debug)]
pub struct Issued {
    /// In the plan's order.
    pub tokens: Vec<MintedToken>,
    /// The ID token.
    pub id_token: Option<Secret>,
    /// The family.
    pub grant: Option<GrantId>,
    /// Whether these tokens replaced an earlier one, which was ended.
    pub replaced: bool,
}

impl Issued {
    /// The first token of this kind.
    #[must_use]
    pub fn first(&self, kind: TokenKind) -> Option<&MintedToken> {
        self.tokens.iter().find(|t| t.kind == kind)
    }
}

/// One token with its text.
#[derive(Debug)]
pub struct MintedToken {
    /// Its row.
    pub id: TokenId,
    /// Its kind.
    pub kind: TokenKind,
    /// The text to return; empty when only its hash was given.
    pub text: Secret,
    /// A JWT that is the same token (`Settings::signed_copy`); its `jti` is the text.
    pub signed: Option<Secret>,
    /// Its scope.
    pub scope: Scope,
    /// When it was made.
    pub issued: Timestamp,
    /// When it expires.
    pub expires: Option<Timestamp>,
    /// The key that it is bound to.
    pub binding: Option<Binding>,
    /// What few tokens have.
    pub details: Option<Arc<TokenDetails>>,
}

impl MintedToken {
    /// The token of a row, with its texts.
    pub(super) fn of(row: &Token, text: Secret, signed: Option<Secret>) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            text,
            signed,
            scope: row.scope.clone(),
            issued: row.issued,
            expires: row.expires,
            binding: row.binding,
            details: row.details.clone(),
        }
    }

    /// A token that exists already, as an answer of `now` shows it again: with the time that it has left. `text`: as its client
    /// has it.
    #[must_use]
    pub fn again(row: &Token, text: Secret, now: Timestamp) -> Self {
        Self { issued: now, ..Self::of(row, text, None) }
    }

    /// What a client gets as the token: the JWT, if there is one.
    #[must_use]
    pub fn presented(&self) -> &Secret {
        self.signed.as_ref().unwrap_or(&self.text)
    }

    /// The properties that a token response shows beside the token, each a name and a value.
    pub fn visible_properties(&self) -> impl Iterator<Item = (&str, &str)> {
        self.details.iter().flat_map(|details| properties::in_answers(details))
    }

    /// `expires_in`, whole seconds (RFC 6749 section 5.1).
    #[must_use]
    pub fn expires_in(&self) -> Option<u64> {
        self.expires.map(|at| at.since(self.issued).as_secs())
    }
}
