//! A token: what was issued, to whom, for what, and until when.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::ids::{ClientKey, DeviceId, GrantId, ServiceId, TokenId, UserKey};
use crate::scope::Scope;

/// One issued token of any kind. Its text is not here: only [`Verifier`], the hash of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Primary key; carried inside the token's text.
    pub id: TokenId,
    /// The issuer.
    pub service: ServiceId,
    /// What it is for.
    pub kind: TokenKind,
    /// How its text looks.
    pub format: TokenFormat,
    /// The client it was issued to; none for a user's own API token or a robot's.
    pub client: Option<ClientKey>,
    /// The resource owner; none when a client acts for itself.
    pub subject: Option<Subject>,
    /// The device it was issued to.
    pub device: Option<DeviceId>,
    /// The family. None: the token stands alone (client credentials, API tokens).
    pub grant: Option<GrantId>,
    /// The token it was made from (a refresh token's predecessor, an exchanged subject token).
    pub parent: Option<TokenId>,
    /// SHA-256 of the text as presented.
    pub verifier: Verifier,
    /// What it allows.
    pub scope: Scope,
    /// Its audience (RFC 8707), space-separated; empty when there is none.
    pub audience: Arc<str>,
    /// When it was made.
    pub issued: Timestamp,
    /// Not valid before; none: from `issued`.
    pub not_before: Option<Timestamp>,
    /// Not valid from here on; none: never expires.
    pub expires: Option<Timestamp>,
    /// Where it is in its life.
    pub state: TokenState,
    /// The key its sender must prove.
    pub binding: Option<Binding>,
    /// Everything that few tokens have.
    pub details: Option<Arc<TokenDetails>>,
}

/// The kind of a token. Its name is part of a reference token's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// RFC 6749 access token.
    Access,
    /// RFC 6749 refresh token.
    Refresh,
    /// A person's signed-in browser.
    Session,
    /// An API token handed out by a person or an administrator.
    Api,
    /// A Vector robot's JWT.
    Robot,
    /// A Vector robot's client token (`docs/contracts/vector.md` section 5).
    RobotClient,
    /// UMA requesting party token.
    Rpt,
    /// RFC 7592 registration access token.
    Registration,
    /// UMA persisted claims token.
    Pct,
}

impl TokenKind {
    /// Every kind, in the order of [`TokenKind::sql`].
    pub const ALL: [Self; 9] = [
        Self::Access,
        Self::Refresh,
        Self::Session,
        Self::Api,
        Self::Robot,
        Self::RobotClient,
        Self::Rpt,
        Self::Registration,
        Self::Pct,
    ];

    /// The name in a reference token's prefix.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Access => "at",
            Self::Refresh => "rt",
            Self::Session => "ss",
            Self::Api => "api",
            Self::Robot => "rob",
            Self::RobotClient => "rc",
            Self::Rpt => "rpt",
            Self::Registration => "reg",
            Self::Pct => "pct",
        }
    }

    /// The name in JSON and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
            Self::Session => "session",
            Self::Api => "api",
            Self::Robot => "robot",
            Self::RobotClient => "robot_client",
            Self::Rpt => "rpt",
            Self::Registration => "registration",
            Self::Pct => "pct",
        }
    }

    /// The number in a database. Numbers are never reused.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self as i16
    }

    /// From a database's number.
    #[must_use]
    pub fn from_sql(n: i16) -> Option<Self> {
        usize::try_from(n).ok().and_then(|n| Self::ALL.get(n).copied())
    }
}

/// How a token's text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TokenFormat {
    /// `jtn_<kind>_<id><secret>_<check>`.
    #[serde(rename = "opaque")]
    Opaque,
    /// A signed JWT, RFC 9068 for access tokens.
    #[serde(rename = "jwt")]
    Jwt,
    /// A form that a contract fixes; found by the hash of the text.
    #[serde(rename = "foreign")]
    Foreign,
}

/// The media type that a JWT access token states in its header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccessTokenTyp {
    /// RFC 9068 section 2.1.
    #[default]
    #[serde(rename = "at+jwt")]
    AtJwt,
    /// For resource servers that know only this one.
    #[serde(rename = "JWT")]
    Jwt,
}

impl TokenFormat {
    /// The number in a database.
    #[must_use]
    pub const fn sql(self) -> i16 {
        self as i16
    }

    /// From a database's number.
    #[must_use]
    pub const fn from_sql(n: i16) -> Option<Self> {
        match n {
            0 => Some(Self::Opaque),
            1 => Some(Self::Jwt),
            2 => Some(Self::Foreign),
            _ => None,
        }
    }
}

/// Whose authority a token carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A user of this ledger; its `sub` is in the user's record.
    User(UserKey),
    /// A name from another system (`docs/contracts/authlete.md`: Authlete has no users).
    External(Arc<str>),
}

/// The SHA-256 of a token's text. Compared in constant time, never printed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verifier(pub [u8; 32]);

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

/// Where a token is in its life. Expiry is not a state: it follows from the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// Usable while its times allow.
    Active,
    /// A refresh token that was exchanged for `to`.
    Rotated {
        /// When.
        at: Timestamp,
        /// Its successor.
        to: TokenId,
    },
    /// Ended for good.
    Revoked {
        /// When.
        at: Timestamp,
        /// Why.
        why: Reason,
    },
}

impl TokenState {
    /// State number, time in milliseconds and detail, as stored in databases.
    #[must_use]
    pub const fn sql(self) -> (i16, Option<i64>, Option<i64>) {
        match self {
            Self::Active => (0, None, None),
            Self::Rotated { at, to } => (1, Some(at.millis()), Some(to.sql())),
            Self::Revoked { at, why } => (2, Some(at.millis()), Some(why as i64)),
        }
    }

    /// From a database's three columns.
    #[must_use]
    pub fn from_sql(state: i16, at: Option<i64>, detail: Option<i64>) -> Option<Self> {
        let at = Timestamp::from_millis(at.unwrap_or_default());
        match state {
            0 => Some(Self::Active),
            1 => Some(Self::Rotated { at, to: TokenId::from_sql(detail?) }),
            2 => Some(Self::Revoked { at, why: Reason::from_sql(detail?) }),
            _ => None,
        }
    }
}

/// Why a token or a family was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(i64)]
pub enum Reason {
    /// Not recorded (a number that a newer version wrote).
    Unknown = 0,
    /// The client asked (RFC 7009).
    Client = 1,
    /// The resource owner asked.
    User = 2,
    /// An administrator asked.
    Admin = 3,
    /// A refresh token was used again after its grace (RFC 9700 section 4.14).
    RefreshReuse = 4,
    /// An authorization code was used again (RFC 6749 section 4.1.2).
    CodeReuse = 5,
    /// The person signed out.
    SignedOut = 6,
    /// A newer token took its place.
    Superseded = 7,
    /// Its text was found where it should not be.
    Leaked = 8,
}

impl Reason {
    const ALL: [Self; 9] = [
        Self::Unknown,
        Self::Client,
        Self::User,
        Self::Admin,
        Self::RefreshReuse,
        Self::CodeReuse,
        Self::SignedOut,
        Self::Superseded,
        Self::Leaked,
    ];

    /// From a database's number.
    #[must_use]
    pub fn from_sql(n: i64) -> Self {
        usize::try_from(n).ok().and_then(|n| Self::ALL.get(n).copied()).unwrap_or(Self::Unknown)
    }
}

/// The key that a sender-constrained token is bound to (RFC 7800 `cnf`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Binding {
    /// SHA-256 of the client certificate (RFC 8705).
    #[serde(rename = "x5t#S256")]
    Certificate([u8; 32]),
    /// SHA-256 thumbprint of a JWK (RFC 9449).
    #[serde(rename = "jkt")]
    Jwk([u8; 32]),
}

impl Binding {
    /// The SHA-256 of whichever it is.
    #[must_use]
    pub const fn thumbprint(&self) -> &[u8; 32] {
        match self {
            Self::Certificate(print) | Self::Jwk(print) => print,
        }
    }

    /// Kind byte and thumbprint, as stored in databases.
    #[must_use]
    pub fn sql(&self) -> Vec<u8> {
        let (kind, print) = match self {
            Self::Certificate(p) => (1, p),
            Self::Jwk(p) => (2, p),
        };
        let mut out = Vec::with_capacity(33);
        out.push(kind);
        out.extend_from_slice(print);
        out
    }

    /// From a database's bytes.
    #[must_use]
    pub fn from_sql(bytes: &[u8]) -> Option<Self> {
        let (kind, print) = bytes.split_first()?;
        let print = print.try_into().ok()?;
        match kind {
            1 => Some(Self::Certificate(print)),
            2 => Some(Self::Jwk(print)),
            _ => None,
        }
    }
}

/// What few tokens have; stored as one JSON object.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenDetails {
    /// A name its owner chose (`docs/contracts/prodmanager.md` `name`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A longer description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Extra members, hidden or visible (`docs/contracts/authlete.md` section 3).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
    /// UMA permissions of an RPT, or named permissions of an API token.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    /// RFC 9396 `authorization_details`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_details: Option<serde_json::Value>,
    /// RFC 8693 `act`: who acts for the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<serde_json::Value>,
    /// Whether it was exchanged for its parent (RFC 8693): then it ends when that is revoked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exchanged: bool,
    /// Whether its family came from a token exchange: then it ends with the subject token's grant. The executor sets
    /// this, so that lists need not read every family.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub descends: bool,
    /// Claims that a profile or a caller put into the token's text.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// The text, sealed; only where the operator asked for it (`tokens.show_values`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed_value: Option<String>,
    /// Members of contracts that are not served yet, stored unchanged.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

impl TokenDetails {
    /// The object, or none when it would be empty.
    #[must_use]
    pub fn if_any(self) -> Option<Arc<Self>> {
        (self != Self::default()).then(|| Arc::new(self))
    }
}

/// An extra member of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// Its name.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Whether it stays out of token responses and JWTs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// One thing a token permits, beyond its scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The protected resource's id, or a permission's name.
    pub resource_id: String,
    /// What may be done with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resource_scopes: Vec<String>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}
