//! Every message about a client's metadata, word for word.

use jeton_core::ids::{ClientId, ServiceId};
use jeton_core::model::{Client, Shape, client_properties};
use jeton_server::config::Config;

use crate::support::{lines, load};

fn client(keys: &str) -> Vec<String> {
    lines(&loaded(keys).problems())
}

fn warnings(keys: &str) -> Vec<String> {
    let config = loaded(keys);
    assert_eq!(config.problems(), [], "{keys}");
    lines(&config.warnings())
}

fn loaded(keys: &str) -> Config {
    load(&format!("[[client]]\nclient_id = \"a\"\n{keys}")).expect(keys)
}

#[test]
fn a_clients_metadata_belongs_together() {
    const PUBLIC: &str = "token_endpoint_auth_method = \"none\"\n";
    for (keys, line) in [
        (
            "",
            "`client[0].client_secret` is missing: client_secret_basic needs one; \"none\" is the method of a public client",
        ),
        (
            "token_endpoint_auth_method = \"client_secret_posted\"",
            "`client[0].token_endpoint_auth_method` is not a known method: did you mean `client_secret_post`?",
        ),
        (
            "token_endpoint_auth_method = \"private_key_jwt\"",
            "`client[0].jwks` is missing: private_key_jwt needs jwks or jwks_uri",
        ),
        (
            "token_endpoint_auth_method = \"tls_client_auth\"",
            "`client[0].tls_client_auth_subject_dn` is missing: tls_client_auth needs it, or one of the san names",
        ),
        (
            "token_endpoint_auth_method = \"tls_client_auth\"\ntls_client_auth_subject_dn = \"CN=a\"\ntls_client_auth_san_dns = \"a\"",
            "`client[0].tls_client_auth_subject_dn` is not the only name: keep one name of the certificate",
        ),
        ("client_secret = \"\"", "`client[0].client_secret` is empty: write a secret, or leave the key out"),
    ] {
        assert_eq!(client(keys), [line]);
    }
    for (keys, line) in [
        (
            "redirect_uris = [\"/cb\"]",
            "`client[0].redirect_uris[0]` is not an absolute URL: write it in full, such as https://app.example/cb",
        ),
        (
            "redirect_uris = [\"https://a.example/#f\"]",
            "`client[0].redirect_uris[0]` has a fragment: end the URL before `#`",
        ),
        (
            "post_logout_redirect_uris = [\"javascript:alert(1)\"]",
            "`client[0].post_logout_redirect_uris[0]` runs code in the browser, or reads from the person's device: write an https URL, or the scheme of an app",
        ),
        (
            "grant_types = [\"device_code\"]",
            "`client[0].grant_types[0]` is not a known grant: did you mean `urn:ietf:params:oauth:grant-type:device_code`?",
        ),
        (
            "jwks = { keys = [] }\njwks_uri = \"https://a.example\"",
            "`client[0].jwks_uri` and `jwks` are both set: keep one of them",
        ),
        ("jwks = { key = [] }", "`client[0].jwks` is not a key set: write { keys = [ … ] }"),
        ("access_token_lifetime = 0", "`client[0].access_token_lifetime` is 0, too short: 1s at least"),
    ] {
        assert_eq!(client(&format!("{PUBLIC}{keys}")), [line]);
    }
}

#[test]
fn what_a_client_cannot_use_is_only_a_warning() {
    const PUBLIC: &str = "token_endpoint_auth_method = \"none\"\n";
    for (keys, line) in [
        (
            "client_secret = \"0123456789abcdef\"",
            "`client[0].client_secret` is never used with the method \"none\": leave it out, or choose a method that uses it",
        ),
        (
            "grant_types = [\"client_credentials\"]",
            "`client[0].token_endpoint_auth_method` is \"none\": client_credentials is refused to a public client: choose a method that authenticates",
        ),
        (
            "grant_types = [\"authorization_code\"]",
            "`client[0].redirect_uris` is missing: authorization_code is refused without one",
        ),
    ] {
        assert_eq!(warnings(&format!("{PUBLIC}{keys}")), [line]);
    }
}

/// The tables of properties are what a file may say of a client, and of which type.
#[test]
fn every_property_of_clients_stands_in_the_file() {
    for property in client_properties() {
        let value = match property.shape {
            Shape::Word if property.name.ends_with("_alg") => "\"ES256\"",
            Shape::Word => "\"none\"",
            Shape::Text | Shape::Page | Shape::SecurePage | Shape::Endpoint | Shape::Scope => "\"a\"",
            Shape::Texts | Shape::Endpoints | Shape::Words | Shape::Redirects | Shape::Audience => "[\"a\", \"b\"]",
            Shape::Flag => "true",
            Shape::Number => "3",
            Shape::Keys => "{ keys = [] }",
            Shape::Seconds => "\"1h\"",
            Shape::Choice(words) => &format!("\"{}\"", words[0]),
        };
        let document = loaded(&format!("{} = {value}", property.name)).client[0].document();
        let mut client = Client::new(ServiceId::new(1), ClientId::new("a"));
        assert_eq!(property.set(&mut client, document[property.name].clone()), Ok(()), "{}", property.name);
        // A date is what none of them is.
        let wrong = load(&format!("[[client]]\nclient_id = \"a\"\n{} = 1979-05-27", property.name)).unwrap_err();
        assert!(wrong.to_string().contains(&format!("`client[0].{}` cannot be a date", property.name)), "{wrong}");
    }
}
