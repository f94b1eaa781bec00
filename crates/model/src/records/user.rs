//! A user: a person who can sign in.

use serde::{Deserialize, Serialize};

use crate::capability::is_group;
use crate::clock::Timestamp;
use crate::ids::{ServiceId, UserKey};
use crate::name_key::name_key;
use crate::records::{PhoneNumber, TokenKind};

/// A person. Claims have their OIDC names.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Primary key.
    pub key: UserKey,
    /// The service the person belongs to.
    pub service: ServiceId,
    /// `sub`: a UUID unless the operator chose another. Unique in the service.
    pub sub: String,
    /// Name to sign in with, as it was given. Unique in the service, and so is its key ([`Self::name_key`]).
    pub username: String,
    /// argon2id PHC string; none: cannot sign in by password.
    pub password: Option<String>,
    /// A disabled user gets no tokens, and tokens in their name are inactive.
    pub enabled: bool,
    /// Roles (`admin`, …).
    #[serde(default)]
    pub roles: Vec<String>,
    /// Groups, as paths (`/example`).
    #[serde(default)]
    pub groups: Vec<String>,
    /// Standard claims: `name`, `email`, `email_verified`, `phone_number`, …
    #[serde(default)]
    pub claims: serde_json::Map<String, serde_json::Value>,
    /// Tokens issued before this time are inactive (sign out everywhere).
    #[serde(default)]
    pub tokens_from: Timestamp,
    /// The same for API tokens, if they were kept when the others ended; none: `tokens_from` applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_tokens_from: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed; rises with every write.
    pub updated: Timestamp,
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "User({} {})", self.key, self.username)
    }
}

impl User {
    /// A new person without rights, who cannot sign in. Number, `sub` and times are for the writer to set.
    #[must_use]
    pub fn named(service: ServiceId, username: impl Into<String>) -> Self {
        Self {
            key: UserKey::new(0),
            service,
            sub: String::new(),
            username: username.into(),
            password: None,
            enabled: true,
            roles: Vec::new(),
            groups: Vec::new(),
            claims: serde_json::Map::new(),
            tokens_from: Timestamp::default(),
            api_tokens_from: None,
            created: Timestamp::default(),
            updated: Timestamp::default(),
        }
    }

    /// The person's groups as paths (`/atlas/production`). What cannot be a group's path is none.
    pub fn group_paths(&self) -> impl Iterator<Item = String> {
        let path = |group: &String| if group.starts_with('/') { group.clone() } else { format!("/{group}") };
        self.groups.iter().map(path).filter(|path| is_group(path))
    }

    /// Whether the person is in the group of this path.
    #[must_use]
    pub fn is_member(&self, path: &str) -> bool {
        self.group_paths().any(|group| group == path)
    }

    /// The verified telephone number: `phone_number`, if `phone_number_verified` is true and it is an E.164 number.
    /// They may sign in with it, so it is unique in the service.
    #[must_use]
    pub fn phone(&self) -> Option<PhoneNumber> {
        let verified = self.claims.get("phone_number_verified")?.as_bool()?;
        let number = self.claims.get("phone_number")?.as_str()?;
        verified.then(|| PhoneNumber::parse(number)).flatten()
    }

    /// From when on tokens of a kind in this person's name count.
    #[must_use]
    pub fn counts_from(&self, kind: TokenKind) -> Timestamp {
        match kind {
            TokenKind::Api => self.api_tokens_from.unwrap_or(self.tokens_from),
            _ => self.tokens_from,
        }
    }

    /// The key of the name ([`name_key`]). Unique in the service.
    #[must_use]
    pub fn name_key(&self) -> String {
        name_key(&self.username)
    }

    /// Whether the person has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|r| r == role)
    }
}
