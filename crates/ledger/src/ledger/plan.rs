//! What a grant or an administrator decides: a plan. It writes nothing.

use std::sync::Arc;
use std::time::Duration;

use jeton_jose::{Algorithm, Secret};

use super::IdTokenReader;
use crate::formats::jwt_form::JwtForm;
use crate::formats::named_api::NamedApi;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{DeviceId, GrantId, TokenId};
use jeton_model::records::{
    Actor, Authentication, Binding, Client, Document, Event, Grant, GrantDetails, Service, SingleUse, SingleUseKey,
    SingleUseKind, Subject, Token, TokenDetails, TokenFormat, TokenKind, User, Verifier,
};
use jeton_model::scope::Scope;

/// Tokens to mint together, on whose authority, and what that uses up.
pub struct Plan {
    /// The issuer.
    pub service: Arc<Service>,
    /// The authenticated client.
    pub client: Option<Arc<Client>>,
    /// The user in whose name; none when the subject is no user of this ledger.
    pub user: Option<Arc<User>>,
    /// Whether the user is made in the same moment.
    pub new_user: bool,
    /// The subject.
    pub subject: Option<Subject>,
    /// The device.
    pub device: Option<DeviceId>,
    /// The family the tokens belong to.
    pub family: Family,
    /// What is used up in the same moment; when it is gone already, nothing is minted.
    pub precondition: Option<MintPrecondition>,
    /// A token that the plan's first one takes the place of: it is ended in the same moment.
    pub replaces: Option<Arc<Token>>,
    /// Access tokens that end with it (`clear_access_tokens_on_refresh`); only with a [`MintPrecondition::Refresh`] or a
    /// [`MintPrecondition::Needs`].
    pub clears: Vec<Arc<Token>>,
    /// The tokens. The first access token is the one an ID token's `at_hash` speaks of.
    pub tokens: Vec<TokenPlan>,
    /// An ID token beside them.
    pub id_token: Option<IdTokenPlan>,
    /// A token made earlier that the answer holds beside the new ones.
    pub beside: Option<MintedToken>,
    /// Events that belong to it.
    pub events: Vec<Event>,
    /// Single-use entries to write with it (an authorization code).
    pub entries: Vec<SingleUse>,
    /// Documents to write with it.
    pub documents: Vec<Document>,
    /// How its JWT access tokens are written; none: as RFC 9068 says. A mint rule chooses it.
    pub jwt_form: Option<&'static dyn JwtForm>,
    /// What the client's proof was: claimed in the same moment; when somebody has claimed it already, nothing is minted.
    pub claim: Option<SingleUse>,
}

impl Plan {
    /// A plan for a client that acts for itself: no user, no family, nothing used up, no token yet.
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
            tokens: Vec::new(),
            id_token: None,
            beside: None,
            events: Vec::new(),
            entries: Vec::new(),
            documents: Vec::new(),
            jwt_form: None,
            claim: None,
        }
    }

    /// The same in a user's name.
    #[must_use]
    pub fn of_user(self, user: Arc<User>) -> Self {
        Self { subject: Some(Subject::User(user.key)), user: Some(user), ..self }
    }
}

/// Which family new tokens belong to.
pub enum Family {
    /// Each is a family of its own: no refresh, no resource owner.
    Own,
    /// An earlier grant.
    Existing(Arc<Grant>),
    /// A new one.
    New(Box<NewGrant>),
}

/// A grant to be made.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// Its number, when it had to be known before (a code names its grant); else a fresh one.
    pub id: Option<GrantId>,
    /// `grant_type` as on the wire.
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
    /// An entry of which none like it may be there: written, already used (a page's answer).
    Claim(Box<SingleUse>),
    /// A single-use entry.
    SingleUse {
        /// Its kind.
        kind: SingleUseKind,
        /// Which one.
        key: SingleUseKey,
    },
    /// A refresh token, replaced by the plan's refresh token. Its text seals the answer for the grace.
    Refresh {
        /// The row.
        token: Arc<Token>,
        /// The text presented.
        text: Secret,
    },
    /// A refresh token that does not rotate: it must be active and stays so. `idle`: from now it may lie unused so long.
    Needs {
        /// The row.
        token: Arc<Token>,
        /// Its new life, within the family's.
        idle: Option<Duration>,
    },
    /// An API token that the plan's first token takes the place of, once: it must be active, ends at `end` and from now on
    /// points to its successor.
    Overlap {
        /// The row.
        token: Arc<Token>,
        /// Its new end, not later than the old one.
        end: Timestamp,
        /// Who replaces it.
        actor: Actor,
    },
}

/// A token to be made.
pub struct TokenPlan {
    /// What for.
    pub kind: TokenKind,
    /// In which form.
    pub format: TokenFormat,
    /// With what rights.
    pub scope: Scope,
    /// For whom, space-separated.
    pub audience: Arc<str>,
    /// For how long; none: for ever.
    pub lifetime: Option<Duration>,
    /// Not before; none: from now.
    pub not_before: Option<Timestamp>,
    /// The token it comes from.
    pub parent: Option<TokenId>,
    /// Bound to a key.
    pub binding: Option<Binding>,
    /// What fixes the text of a ProdManager token, and its end in the place of `lifetime`; such a token is an API token of its
    /// own family.
    pub named: Option<Box<NamedApi>>,
    /// The rest.
    pub details: TokenDetails,
    /// Its text was made elsewhere and only its hash is known: the form is [`TokenFormat::Foreign`]. None: a text is made.
    pub given: Option<Given>,
}

/// The hash of a text that this ledger never sees.
pub struct Given {
    /// SHA-256 of the text.
    pub hash: Verifier,
    /// Who brings it.
    pub by: Actor,
}

impl TokenPlan {
    /// A token with rights and a lifetime and nothing else.
    #[must_use]
    pub fn new(kind: TokenKind, format: TokenFormat, scope: Scope, lifetime: Option<Duration>) -> Self {
        Self {
            kind,
            format,
            scope,
            audience: "".into(),
            lifetime,
            not_before: None,
            parent: None,
            binding: None,
            named: None,
            details: TokenDetails::default(),
            given: None,
        }
    }

    /// An access token for a client, in the form and for the time that it or its service says.
    #[must_use]
    pub fn access(service: &Service, client: &Client, scope: Scope) -> Self {
        let settings = &service.settings;
        let format = client.access_token_format.unwrap_or(settings.access_token_format);
        let lifetime = client.access_token_lifetime.unwrap_or(settings.access_token_lifetime);
        Self {
            audience: client.audience.clone().unwrap_or_else(|| settings.audience.clone()),
            ..Self::new(TokenKind::Access, format, scope, Some(lifetime))
        }
    }
}

/// An ID token to be made (OIDC Core section 2).
pub struct IdTokenPlan {
    /// `sub`.
    pub sub: String,
    /// Echo of the request's `nonce`.
    pub nonce: Option<String>,
    /// How and when the person signed in.
    pub authentication: Option<Authentication>,
    /// For how long.
    pub lifetime: Duration,
    /// Algorithm.
    pub alg: Algorithm,
    /// Who can read it.
    pub reader: IdTokenReader,
    /// Claims about the person.
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// The authorization code it goes out with, for `c_hash`.
    pub code: Option<Secret>,
}

/// What was minted. The only place where token texts exist.
#[derive(Debug)]
pub struct Issued {
    /// In the plan's order.
    pub tokens: Vec<MintedToken>,
    /// The ID token.
    pub id_token: Option<Secret>,
    /// The family.
    pub grant: Option<GrantId>,
    /// Whether an earlier token was ended because these take its place.
    pub replaced: bool,
}

impl Issued {
    /// The first token of a kind.
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
    /// What for.
    pub kind: TokenKind,
    /// The text to hand out; empty when only its hash was given.
    pub text: Secret,
    /// Its rights.
    pub scope: Scope,
    /// When it was made.
    pub issued: Timestamp,
    /// When it ends.
    pub expires: Option<Timestamp>,
}

impl MintedToken {
    /// A token that was made before, with its text.
    pub(super) fn again(row: &Token, text: Secret) -> Self {
        Self { id: row.id, kind: row.kind, text, scope: row.scope.clone(), issued: row.issued, expires: row.expires }
    }

    /// `expires_in`, whole seconds (RFC 6749 section 5.1).
    #[must_use]
    pub fn expires_in(&self) -> Option<u64> {
        self.expires.map(|at| at.since(self.issued).as_secs())
    }
}
