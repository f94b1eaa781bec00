//! The metadata of a client. The table at the end of this file is the one place where a property is declared: the record, the
//! configuration file, the administrators' documents, registration and the command line derive from it. Members of the record
//! that the ledger itself reads are declared in `crates/model/src/records/client_members.rs`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// One property of clients, as its table declares it.
#[derive(Clone, Copy, Debug)]
pub struct ClientProperty {
    /// Its registered name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    pub(super) doc: &'static str,
    pub(super) marks: &'static [Mark],
}

impl ClientProperty {
    /// What it says, in sentences.
    #[must_use]
    pub fn doc(&self) -> &'static str {
        self.doc.trim_start()
    }

    /// Whether it has a mark.
    #[must_use]
    pub fn is(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }
}

/// What a property holds. Registration checks more than the type: an address must be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text,
    /// Several texts.
    Texts,
    /// True or false.
    Flag,
    /// A whole number, 0 or more.
    Number,
    /// The URL of a page that people open.
    Page,
    /// The same, with TLS, unless it is on the person's own device.
    SecurePage,
    /// A URL that this server may request.
    Endpoint,
    /// Several such URLs.
    Endpoints,
    /// A JWK set.
    Keys,
    /// One of the words that the protocol defines.
    Word,
    /// Several such words.
    Words,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A lifetime: in documents a whole number of seconds, 1 or more.
    Seconds,
    /// Scopes: in documents a text, words separated by spaces, or a list of words.
    Scope,
    /// Names of an audience: one or a list.
    Audience,
    /// URIs to which people are sent back.
    Redirects,
}

impl Shape {
    /// What a value must be, to continue "must be".
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text | Self::Page | Self::SecurePage | Self::Endpoint | Self::Word | Self::Choice(_) => "a text",
            Self::Texts | Self::Endpoints | Self::Words | Self::Redirects => "a list of texts",
            Self::Flag => "true or false",
            Self::Number | Self::Seconds => "a whole number, 0 or more",
            Self::Keys => "a set of keys",
            Self::Scope | Self::Audience => "a text or a list of texts",
        }
    }
}

/// What else is to be known of a property. One without a mark is for registrants and operators, and something reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Only an operator decides it: registration ignores what is sent and keeps what is stored.
    Operator,
    /// A flag that narrows what the client may do: a configuration file that leaves it out does not switch it off.
    Narrows,
    /// Nothing reads it yet.
    Unread,
    /// It asks for a protection that is not served yet: a client that has it is refused.
    Unserved,
}

/// The public keys of a client: a JWK set as it was registered (RFC 7517 section 5).
///
/// Somebody may have put a private key there, so its `Debug` form shows the names of its members only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKeys(pub Map<String, Value>);

impl std::fmt::Debug for ClientKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl ClientMetadata {
    /// All of it as a JSON object.
    #[must_use]
    pub fn document(&self) -> Map<String, Value> {
        let declared = CLIENT_PROPERTIES.iter();
        let mut document = self.other.clone();
        document.extend(declared.filter_map(|property| Some((property.name.to_owned(), self.get(property.name)?))));
        document
    }
}

impl From<Map<String, Value>> for ClientMetadata {
    fn from(document: Map<String, Value>) -> Self {
        let mut metadata = Self::default();
        metadata.extend(document);
        metadata
    }
}

impl Extend<(String, Value)> for ClientMetadata {
    fn extend<T: IntoIterator<Item = (String, Value)>>(&mut self, members: T) {
        for (name, value) in members {
            self.set(&name, value);
        }
    }
}

impl Serialize for ClientMetadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ClientMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self::from)
    }
}

/// The Rust type of a shape.
macro_rules! held {
    (Text) => { Box<str> };
    (Page) => { Box<str> };
    (SecurePage) => { Box<str> };
    (Endpoint) => { Box<str> };
    (Texts) => { Vec<String> };
    (Endpoints) => { Vec<String> };
    (Flag) => { bool };
    (Number) => { u64 };
    (Keys) => { ClientKeys };
}

/// Makes the struct and the list of its properties from the table.
macro_rules! client_metadata {
    ($($(#[doc = $doc:literal])+ $name:ident: $shape:ident $(, $mark:ident)*;)+) => {
        /// What a client has registered beside the members of its record that Jeton itself needs (RFC 7591 section 2,
        /// OpenID Connect Registration section 2, and the RFCs that extend them).
        ///
        /// As JSON it is an object of what is there. A stored record keeps what is not declared, or has another type, as it
        /// is: it is written again, and has no effect.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct ClientMetadata {
            $($(#[doc = $doc])+ pub $name: Option<held!($shape)>,)+
            /// Members without a field, and those whose value did not fit theirs; [`Self::set`] keeps them apart.
            pub other: Map<String, Value>,
        }

        /// Every property, as the table declares it.
        pub const CLIENT_PROPERTIES: &[ClientProperty] = &[$(ClientProperty {
            name: stringify!($name),
            doc: concat!($($doc),+),
            shape: Shape::$shape,
            marks: &[$(Mark::$mark),*],
        }),+];

        impl ClientMetadata {
            /// A member by its name.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<Value> {
                let declared = match name {
                    $(stringify!($name) => self.$name.as_ref().map(|value| serde_json::json!(value)),)+
                    _ => None,
                };
                declared.or_else(|| self.other.get(name).cloned())
            }

            /// Sets a member by its name.
            pub fn set(&mut self, name: &str, value: impl Into<Value>) {
                self.remove(name);
                let value = value.into();
                let fits = match name {
                    $(stringify!($name) => {
                        self.$name = Deserialize::deserialize(&value).ok();
                        self.$name.is_some()
                    })+
                    _ => false,
                };
                if !fits {
                    self.other.insert(name.to_owned(), value);
                }
            }

            /// Takes a member out, by its name.
            pub fn remove(&mut self, name: &str) {
                match name {
                    $(stringify!($name) => self.$name = None,)+
                    _ => {}
                }
                self.other.remove(name);
            }
        }
    };
}

// The table. An entry: its documentation as the reference of the configuration shows it, its registered name, its shape, its
// marks. A property is optional; an absent one means what its documentation says.
client_metadata! {
    /// Name that users see.
    client_name: Text;
    /// What the client does, for those who administer it (OpenID Federation 1.0 section 5.2.2).
    description: Text;
    /// URL of the client's home page; the pages where people sign in and consent link to it.
    client_uri: Page;
    /// URL of a logo, which the browser loads on these pages.
    logo_uri: Page;
    /// URL of the terms of service; these pages link to it.
    tos_uri: Page;
    /// URL of the privacy policy; these pages link to it.
    policy_uri: Page;
    /// People responsible for the client, mostly e-mail addresses.
    contacts: Texts;
    /// Claims that its ID tokens have where the granted scope releases them; otherwise they are in user info only.
    id_token_claims: Texts, Operator;
    /// The URIs that the client is as a resource server (RFC 8707): with `introspect = "audience"` it also sees the tokens for these.
    resources: Texts, Operator;
    /// `web` or `native`.
    application_type: Text;
    /// Identifier of the client's software, the same for all its installations.
    software_id: Text;
    /// Version of the client's software.
    software_version: Text;

    /// The only algorithm accepted in the client's assertions.
    token_endpoint_auth_signing_alg: Text;
    /// Refuse the client's assertions unless their audience is exactly the issuer, as a single string.
    strict_assertion_aud: Flag, Narrows;
    /// The client's public keys.
    jwks: Keys;
    /// URL of the client's public keys, instead of `jwks`.
    jwks_uri: Endpoint;
    /// Subject of the certificate of `tls_client_auth` (RFC 4514 text).
    tls_client_auth_subject_dn: Text;
    /// DNS name in that certificate, instead of the subject.
    tls_client_auth_san_dns: Text;
    /// URI in that certificate, instead of the subject.
    tls_client_auth_san_uri: Text;
    /// IP address in that certificate, instead of the subject.
    tls_client_auth_san_ip: Text;
    /// E-mail address in that certificate, instead of the subject.
    tls_client_auth_san_email: Text;
    /// With `profile = "classic"`: thumbprint of the client's certificate in hexadecimal, SHA-1 or SHA-256.
    tls_client_auth_thumbprint: Text;
    /// With `profile = "classic"`: subject of that certificate, beside its thumbprint.
    tls_client_auth_name: Text;

    /// Bind access tokens to the client's certificate (RFC 8705).
    tls_client_certificate_bound_access_tokens: Flag, Narrows;
    /// Refuse token requests without a DPoP proof (RFC 9449). DPoP is not served yet: `true` is refused.
    dpop_bound_access_tokens: Flag, Narrows;
    /// Keep the same refresh token at a refresh (`true`), or replace it (`false`); it counts before `refresh_rotation`.
    reuse_refresh_token: Flag, Operator;
    /// End the access tokens of a refresh token when it is used again.
    clear_access_tokens_on_refresh: Flag, Operator, Narrows;

    /// Refuse authorization requests that were not pushed (RFC 9126).
    require_pushed_authorization_requests: Flag, Narrows;
    /// Refuse authorization requests that are not signed (RFC 9101).
    require_signed_request_object: Flag, Narrows;
    /// The only algorithm accepted for request objects.
    request_object_signing_alg: Text;
    /// Key management algorithm of encrypted request objects.
    request_object_encryption_alg: Text;
    /// Content encryption of encrypted request objects.
    request_object_encryption_enc: Text;
    /// URLs that `request_uri` may name.
    request_uris: Endpoints;
    /// Types of `authorization_details` the client may use (RFC 9396). Not served yet: no effect.
    authorization_details_types: Texts, Unread;
    /// How old a sign-in may be if the request has no `max_age`, in seconds.
    default_max_age: Number;
    /// Whether ID tokens must have `auth_time`. Every ID token of Jeton has it, with any value.
    require_auth_time: Flag;
    /// Authentication contexts requested if the request names none.
    default_acr_values: Texts;
    /// URL at which a third party may start a sign-in: https, or http on this device.
    initiate_login_uri: SecurePage;

    /// Key management algorithm of encrypted ID tokens; not encrypted when not set.
    id_token_encrypted_response_alg: Text;
    /// Content encryption of encrypted ID tokens.
    id_token_encrypted_response_enc: Text;
    /// Algorithm that signs userinfo; plain JSON when not set.
    userinfo_signed_response_alg: Text;
    /// Key management algorithm of encrypted userinfo; not encrypted when not set.
    userinfo_encrypted_response_alg: Text;
    /// Content encryption of encrypted userinfo.
    userinfo_encrypted_response_enc: Text;
    /// Algorithm that signs introspection responses which the client asks for as JWTs (RFC 9701); `RS256` when not set.
    introspection_signed_response_alg: Text;
    /// Key management algorithm of encrypted introspection responses; not encrypted when not set.
    introspection_encrypted_response_alg: Text;
    /// Content encryption of encrypted introspection responses.
    introspection_encrypted_response_enc: Text;
    /// Algorithm that signs authorization responses (JARM). Not served yet: refused.
    authorization_signed_response_alg: Text, Unserved;
    /// Key management algorithm of encrypted authorization responses. Not served yet: refused.
    authorization_encrypted_response_alg: Text, Unserved;
    /// Content encryption of encrypted authorization responses. Not served yet: no effect.
    authorization_encrypted_response_enc: Text, Unread;
    /// `public`; `pairwise` is not served yet and is refused.
    subject_type: Text;
    /// URL whose host groups clients that share pairwise subjects. Stored without effect, since there are no pairwise
    /// subjects.
    sector_identifier_uri: Endpoint, Unread;

    /// URL that is loaded in the user's browser when they sign out on Jeton's page; at registration it must have the scheme, host
    /// and port of a redirect URI.
    frontchannel_logout_uri: Page;
    /// Add `iss` and `sid` to that URL.
    frontchannel_logout_session_required: Flag;
    /// URL that is called at sign-out.
    backchannel_logout_uri: Endpoint;
    /// Whether logout tokens must have `sid`; refused without `backchannel_logout_uri`. Every logout token of Jeton has it,
    /// with any value.
    backchannel_logout_session_required: Flag;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whatever a stored record holds is written again as it was.
    #[test]
    fn a_stored_form_stays() {
        let stored = r#"{"client_name":"Füchse","client_uri":7,"contacts":["a",1],"default_max_age":-1,"jwks":{"keys":[]},"jwks_uri":null,"n":1.5,"request_uris":[],"require_auth_time":false}"#;
        let metadata: ClientMetadata = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&metadata).unwrap(), stored);
        assert_eq!((metadata.client_name.as_deref(), metadata.client_uri.as_deref()), (Some("Füchse"), None));
        assert_eq!((metadata.require_auth_time, metadata.request_uris), (Some(false), Some(Vec::new())));
    }

    #[test]
    fn a_member_is_set_and_taken_out_by_its_name() {
        let mut metadata = ClientMetadata::default();
        metadata.set("client_name", 1);
        assert_eq!((metadata.client_name.as_deref(), metadata.other.len()), (None, 1));
        metadata.set("client_name", "App");
        assert_eq!((metadata.client_name.as_deref(), metadata.other.len()), (Some("App"), 0));
        metadata.set("unknown", 1);
        assert_eq!(Value::Object(metadata.document()), json!({ "client_name": "App", "unknown": 1 }));
        metadata.remove("client_name");
        metadata.remove("unknown");
        assert_eq!(metadata, ClientMetadata::default());
    }

    #[test]
    fn keys_are_not_shown() {
        let mut metadata = ClientMetadata::default();
        metadata.set("jwks", json!({ "keys": [{ "kty": "oct", "k": "PLANTED" }] }));
        assert!(!format!("{metadata:?}").contains("PLANTED"));
    }
}
