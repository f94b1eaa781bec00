//! The described members of a client's record: what documents say of a client beside its metadata. The table at the end of
//! this file is the one place where such a member is declared, as that of [`super::client_metadata`] is for metadata.

use serde_json::Value;

use super::client::Client;
use super::client_metadata::{CLIENT_PROPERTIES, ClientProperty, Mark, Shape};
use super::client_value::ClientValue;

/// How a member of the record is read and written.
struct Access {
    get: fn(&Client) -> Value,
    set: fn(&mut Client, Value) -> Result<(), String>,
    copy: fn(&mut Client, &Client),
}

/// Everything that a document may say of a client: members of its record, then metadata.
pub fn client_properties() -> impl Iterator<Item = &'static ClientProperty> {
    CLIENT_MEMBERS.iter().chain(CLIENT_PROPERTIES)
}

/// The property of a name, if there is one.
#[must_use]
pub fn client_property(name: &str) -> Option<&'static ClientProperty> {
    client_properties().find(|property| property.name == name)
}

impl ClientProperty {
    /// Its value in a client's document; none where the client has none.
    #[must_use]
    pub fn of(&self, client: &Client) -> Option<Value> {
        match access(self.name) {
            Some(access) => Some((access.get)(client)).filter(|value| !value.is_null()),
            None => client.metadata.get(self.name),
        }
    }

    /// Sets its value from a document.
    ///
    /// # Errors
    /// What the value must be, to continue the name of the property. Such a record must not be written.
    pub fn set(&self, client: &mut Client, value: Value) -> Result<(), String> {
        if let Some(access) = access(self.name) {
            return (access.set)(client, value);
        }
        client.metadata.set(self.name, value);
        let fits = !client.metadata.other.contains_key(self.name);
        if fits { Ok(()) } else { Err(format!("must be {}", self.shape.expected())) }
    }

    /// Gives a client the value that another one has.
    pub fn copy(&self, client: &mut Client, other: &Client) {
        match (access(self.name), other.metadata.get(self.name)) {
            (Some(access), _) => (access.copy)(client, other),
            (None, Some(value)) => client.metadata.set(self.name, value),
            (None, None) => client.metadata.remove(self.name),
        }
    }
}

/// The member of a client that a property is: of the same name, or of the one after `in`.
macro_rules! member {
    ($client:expr, $name:ident) => {
        $client.$name
    };
    ($client:expr, $name:ident $member:ident) => {
        $client.$member
    };
}

macro_rules! client_members {
    ($($(#[doc = $doc:literal])+ $name:ident $(in $member:ident)?: $shape:expr $(, $mark:ident)*;)+) => {
        /// Every described member of the record, as the table declares it.
        pub const CLIENT_MEMBERS: &[ClientProperty] = &[$(ClientProperty {
            name: stringify!($name),
            doc: concat!($($doc),+),
            shape: $shape,
            marks: &[$(Mark::$mark),*],
        }),+];

        /// The access to a member; none: the name is not that of a member.
        fn access(name: &str) -> Option<Access> {
            match name {
                $(stringify!($name) => Some(Access {
                    get: |client| member!(client, $name $($member)?).show(),
                    set: |client, value| {
                        member!(client, $name $($member)?) = ClientValue::read(value)?;
                        Ok(())
                    },
                    copy: |client, other| {
                        member!(client, $name $($member)?) = member!(other, $name $($member)?).clone();
                    },
                }),)+
                _ => None,
            }
        }
    };
}

// The table. An entry is one of the metadata's table; where the record has another name than documents, it stands after `in`.
// An absent member has the value of `Client::new`.
client_members! {
    /// Whether the client is enabled. A new client is; without this line a stored client stays as it is, so that one
    /// that an administrator disabled stays disabled.
    enabled: Shape::Flag, Operator;
    /// How the client authenticates; `client_secret_basic` when not set.
    token_endpoint_auth_method: Shape::Word;
    /// Grants the client may use; `authorization_code` alone when not set.
    grant_types: Shape::Words;
    /// Response types the client may ask for; `code` alone when not set.
    response_types: Shape::Words;
    /// Where the user may be redirected: absolute URLs without a fragment, compared exactly.
    redirect_uris: Shape::Redirects;
    /// Where the user may be redirected after signing out.
    post_logout_redirect_uris: Shape::Redirects;
    /// Scopes the client may have, separated by spaces.
    scope: Shape::Scope;
    /// Scopes of a request that names none, separated by spaces.
    default_scope: Shape::Scope, Operator;
    /// Format of this client's access tokens, instead of the service's.
    access_token_format: Shape::Choice(&["jwt", "opaque"]), Operator;
    /// Type in the header of this client's JWT access tokens, instead of the service's.
    access_token_typ: Shape::Choice(&["at+jwt", "JWT"]), Operator;
    /// Lifetime of this client's access tokens, instead of the service's.
    access_token_lifetime: Shape::Seconds, Operator;
    /// Lifetime of this client's refresh tokens, instead of the service's.
    refresh_token_lifetime: Shape::Seconds, Operator;
    /// Lifetime of this client's ID tokens, instead of the service's.
    id_token_lifetime: Shape::Seconds, Operator;
    /// Algorithm that signs the client's ID tokens, instead of the service's.
    id_token_signed_response_alg: Shape::Word;
    /// Whose answers this client gets where the standards and SimpleIdServer differ, instead of the service's setting.
    profile: Shape::Choice(&["standard", "classic"]), Operator;
    /// How `scope` is written in this client's token responses; as the client's `profile` does when not set.
    token_response_scope: Shape::Choice(&["string", "array", "omit_if_same"]), Operator;
    /// Whose tokens the client may introspect; `own` when not set.
    introspect: Shape::Choice(&["own", "audience", "any"]), Operator;
    /// Refuse an authorization request without PKCE. Public clients always need it.
    require_pkce: Shape::Flag, Operator, Narrows;
    /// Accept PKCE's method `plain` from this client: for software that cannot compute hashes.
    allow_plain_pkce: Shape::Flag, Operator;
    /// Do not ask the user for consent: for the operator's own applications.
    skip_consent: Shape::Flag, Operator;
    /// Let the client redeem UMA permission tickets although it has no secret.
    uma_public: Shape::Flag, Operator;
    /// When this client's refresh tokens are replaced on use, instead of the service's rule.
    refresh_rotation in rotation: Shape::Choice(&["always", "public"]), Operator;
    /// Audience of this client's access tokens, instead of the service's: one name or a list.
    audience: Shape::Audience, Operator;
    /// Audience of this client's access tokens when a request names none, instead of the service's: one name or a list. Other than
    /// `audience`, it does not limit what a request may name.
    default_audience: Shape::Audience, Operator;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ids::{ClientId, ServiceId};

    fn client() -> Client {
        Client::new(ServiceId::new(1), ClientId::new("app"))
    }

    /// Of a flag an absent one is the same as false, so only flags can narrow by being true.
    #[test]
    fn the_tables_fit_together() {
        for property in client_properties() {
            assert!(property.doc().ends_with('.'), "{} needs a sentence", property.name);
            assert!(!property.is(Mark::Narrows) || property.shape == Shape::Flag, "{}", property.name);
            assert_eq!(client_properties().filter(|other| other.name == property.name).count(), 1, "{}", property.name);
        }
    }

    /// Each choice that the table offers is a value of the record, and is shown again as it was set.
    #[test]
    fn every_choice_can_be_set_shown_and_copied() {
        for property in CLIENT_MEMBERS {
            let Shape::Choice(words) = property.shape else { continue };
            for word in words {
                let (mut chosen, mut copied) = (client(), client());
                property.set(&mut chosen, json!(word)).unwrap();
                property.copy(&mut copied, &chosen);
                assert_eq!((property.of(&chosen), &chosen), (Some(json!(word)), &copied));
                property.copy(&mut chosen, &client());
                assert_eq!(chosen, client(), "{}", property.name);
            }
            assert!(property.set(&mut client(), json!("none of these")).is_err(), "{}", property.name);
        }
    }

    #[test]
    fn a_wrong_value_says_what_it_must_be() {
        for (name, value, why) in [
            ("access_token_lifetime", json!(0), "must be at least 1 second"),
            ("access_token_lifetime", json!(-5), "must be a whole number, 0 or more"),
            ("refresh_token_lifetime", json!("1h"), "must be a whole number, 0 or more"),
            ("enabled", json!("yes"), "must be true or false"),
            ("redirect_uris", json!("https://a.example"), "must be a list"),
            ("access_token_format", json!("foreign"), "must be jwt or opaque"),
            ("audience", json!([]), "names nobody: name somebody, or leave it out for the service's"),
            ("scope", json!(7), "must be a text of words separated by spaces, or a list of words"),
            ("contacts", json!("ops@app.example"), "must be a list of texts"),
        ] {
            assert_eq!(client_property(name).unwrap().set(&mut client(), value), Err(why.to_owned()), "{name}");
        }
    }
}
