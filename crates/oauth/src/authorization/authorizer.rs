//! Who authorized a request: a person with a session in this browser, or somebody whom a trusted caller names.

use std::sync::Arc;

use crate::OAuth;
use crate::token_endpoint::Extras;
use jeton_ledger::rights::for_other_apis;
use jeton_model::Refusal;
use jeton_model::records::{Authentication, GrantDetails, Service, Subject, Token, User};
use jeton_model::scope::Scope;
use jeton_people::Session;

/// The person who authorized a request, how that is known, and what they authorized.
#[derive(Clone, Debug)]
pub struct Authorizer {
    /// Who.
    pub subject: Subject,
    /// Their record, when they are a user of this service.
    pub user: Option<Arc<User>>,
    /// When and how they were authenticated.
    pub authentication: Authentication,
    /// Their session in this browser; none: somebody else signed them in.
    pub(crate) session: Option<Arc<Token>>,
    /// The scope that they consented to, of which the client gets what it may have; none: what the request asks for.
    /// `openid` counts only if the request asks for it.
    pub scope: Option<Scope>,
    /// What the family keeps: properties, `authorization_details`, what the server that authenticated them states. `nonce` and
    /// `claims` come from the request.
    pub details: GrantDetails,
    /// What the tokens of the authorization response get.
    pub extras: Extras,
}

impl Authorizer {
    /// Somebody whom a trusted caller has authenticated: the user of this service who has this `sub`, or else a subject that
    /// only the caller knows. The caller adds what it states about them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn named(oauth: &OAuth, service: &Service, subject: &str) -> Result<Self, Refusal> {
        let user = oauth.ledger.entities().user_by_sub(service.id, subject).await?;
        let user = user.filter(|user| user.service == service.id);
        let subject = user.as_ref().map_or_else(|| Subject::External(subject.into()), |user| Subject::User(user.key));
        Ok(Self {
            subject,
            user,
            authentication: Authentication::default(),
            session: None,
            scope: None,
            details: GrantDetails::default(),
            extras: Extras::default(),
        })
    }

    /// What an entry keeps of the details until a token request redeems it.
    pub(crate) fn kept_details(&self) -> Option<Box<GrantDetails>> {
        (self.details != GrantDetails::default()).then(|| Box::new(self.details.clone()))
    }

    /// The scope that is authorized, given the one that the request asks for. The client gets of it what it may have. Only a
    /// person who signed in here authorizes access to this server's own endpoints: a trusted caller speaks for people elsewhere.
    #[must_use]
    pub fn granted(&self, asked: &Scope) -> Scope {
        let granted = match &self.scope {
            None => asked.clone(),
            Some(scope) if asked.contains("openid") => scope.clone(),
            Some(scope) => Scope::from_words(scope.words().filter(|word| *word != "openid")),
        };
        if self.session.is_some() { granted } else { for_other_apis(&granted) }
    }
}

impl From<&Session> for Authorizer {
    fn from(session: &Session) -> Self {
        Self {
            subject: Subject::User(session.user.key),
            user: Some(Arc::clone(&session.user)),
            authentication: session.authentication(),
            session: Some(Arc::clone(&session.token)),
            scope: None,
            details: GrantDetails::default(),
            extras: Extras::default(),
        }
    }
}

/// How entries store a subject: a user by number, as earlier versions did; anybody else by name.
pub(crate) mod stored_subject {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use jeton_model::ids::UserKey;
    use jeton_model::records::Subject;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        User(UserKey),
        External(Arc<str>),
    }

    pub(crate) fn serialize<S: Serializer>(subject: &Subject, to: S) -> Result<S::Ok, S::Error> {
        match subject {
            Subject::User(key) => key.serialize(to),
            Subject::External(name) => name.serialize(to),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Subject, D::Error> {
        Ok(match Stored::deserialize(from)? {
            Stored::User(key) => Subject::User(key),
            Stored::External(name) => Subject::External(name),
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Entry {
            #[serde(rename = "user", with = "super")]
            subject: Subject,
        }

        #[test]
        fn entries_of_earlier_versions_are_read() {
            for (text, subject) in [
                (r#"{"user":9007199254740991}"#, Subject::User(UserKey::new((1 << 53) - 1))),
                (r#"{"user":"7"}"#, Subject::External("7".into())),
            ] {
                assert_eq!(serde_json::to_string(&Entry { subject: subject.clone() }).unwrap(), text);
                assert_eq!(serde_json::from_str::<Entry>(text).unwrap().subject, subject);
            }
        }
    }
}
