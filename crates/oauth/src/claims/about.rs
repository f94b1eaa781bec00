//! The person that an ID token or user info is about: a user of this service, or somebody for whom another server vouches.

use serde_json::{Map, Value};

use jeton_model::records::{Grant, Subject, Token, User, Vouched};

/// A person, with what is known of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    /// Who.
    pub(crate) subject: Option<&'a Subject>,
    /// Their record, when they are a user of this service.
    pub(crate) user: Option<&'a User>,
    /// What the server that authenticated them states.
    pub(crate) vouched: Option<&'a Vouched>,
}

impl<'a> About<'a> {
    /// A user who signed in here.
    pub(crate) fn user(user: &'a User) -> Self {
        Self { subject: None, user: Some(user), vouched: None }
    }

    /// The resource owner of a token.
    pub(crate) fn owner(token: &'a Token, grant: Option<&'a Grant>, user: Option<&'a User>) -> Self {
        let vouched = grant.and_then(|grant| grant.details.as_deref()?.vouched.as_deref());
        Self { subject: token.subject.as_ref(), user, vouched }
    }

    /// Their `sub`, as relying parties know them; none: nobody is known.
    pub(crate) fn sub(self) -> Option<&'a str> {
        let stated = self.vouched.and_then(|vouched| vouched.sub.as_deref());
        let own = || match (self.user, self.subject) {
            (Some(user), _) => Some(user.sub.as_str()),
            (None, Some(Subject::External(name))) => Some(&**name),
            _ => None,
        };
        stated.or_else(own)
    }

    /// The claims that the server states, and its session. Those that tie an ID token to its request are never taken from it.
    pub(crate) fn stated(self) -> Map<String, Value> {
        let Some(vouched) = self.vouched else { return Map::new() };
        let mut claims = stateable(&vouched.claims);
        if let Some(session) = &vouched.session {
            claims.insert("sid".into(), session.as_str().into());
        }
        claims
    }
}

/// The claims that a caller may put into an ID token. The others are written by this server, or not at all.
pub(crate) fn stateable(claims: &Map<String, Value>) -> Map<String, Value> {
    const OWN: [&str; 9] = ["iss", "sub", "aud", "exp", "iat", "nonce", "jti", "at_hash", "c_hash"];
    let may = claims.iter().filter(|(name, value)| !OWN.contains(&name.as_str()) && !value.is_null());
    may.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Adds the claims that are not there yet.
pub(crate) fn fill(claims: &mut Map<String, Value>, more: Map<String, Value>) {
    if claims.is_empty() {
        *claims = more;
        return;
    }
    for (name, value) in more {
        claims.entry(name).or_insert(value);
    }
}
