//! Every way to authenticate that the published clients know, over Jeton's own TLS.

use anyhow::{Context as _, Result};
use jeton_tests::authority::{Authority, CLIENT_DN};
use jeton_tests::config::with;
use jeton_tests::toml::table;
use jeton_tests::{Jeton, client_run, free_port};
use serde_json::{Value, json};

const SECRET: &str = "a-secret-of-more-than-thirty-two-characters-and-so-enough-for-the-longest-hash";
const WRONG: &str = "another-secret-of-more-than-thirty-two-characters-enough-for-the-longest-hash";

/// A client: its registration, and what the script that acts as it needs in addition to its id and method.
struct Registered {
    metadata: Value,
    case: Value,
}

fn client(id: &str, method: &str, metadata: Value, case: Value) -> Registered {
    let registered = json!({
        "client_id": id,
        "token_endpoint_auth_method": method,
        "grant_types": ["client_credentials"],
        "response_types": [],
        "scope": "api1",
    });
    let case = with(json!({ "client_id": id, "auth_method": method }), case);
    Registered { metadata: with(registered, metadata), case }
}

/// One for each method, and for `private_key_jwt` one for each algorithm; `macs` are those of `client_secret_jwt`.
async fn clients(authority: &Authority, algorithms: &[&str], macs: &[&str]) -> Result<Vec<Registered>> {
    let with_secret = |id: &str, method: &str, alg: &str| {
        let case = json!({ "secret": SECRET, "alg": alg, "wrong": { "secret": WRONG } });
        client(id, method, json!({ "client_secret": SECRET }), case)
    };
    let mut all = vec![with_secret("basic", "client_secret_basic", ""), with_secret("post", "client_secret_post", "")];
    all.extend(macs.iter().map(|alg| with_secret(&format!("secret-{alg}"), "client_secret_jwt", alg)));

    let file = |name: &str| json!(authority.path(name));
    let shown = |name: &str| json!({ "certificate": file(name), "certificate_key": file(&format!("{name}.key")) });
    let certificate = |id: &str, method: &str, right: &str, wrong: &str, metadata: Value| {
        let bound = with(metadata, json!({ "tls_client_certificate_bound_access_tokens": true }));
        client(id, method, bound, with(shown(right), json!({ "wrong": shown(wrong) })))
    };
    let name = json!({ "tls_client_auth_subject_dn": CLIENT_DN });
    all.push(certificate("certificate", "tls_client_auth", "client", "own", name));
    let keys = json!({ "jwks": authority.own_jwks() });
    all.push(certificate("own-certificate", "self_signed_tls_client_auth", "own", "client", keys));

    // The last of each algorithm's two keys is the impostor's.
    let twice: Vec<&str> = algorithms.iter().flat_map(|alg| [*alg, *alg]).collect();
    let keys = client_run::keys(&twice).await?;
    for (number, pair) in keys.chunks(2).enumerate() {
        let [key, other] = pair else { anyhow::bail!("two keys of each kind") };
        let member = |key: &Value, name: &str| key.get(name).cloned().with_context(|| format!("{name} of a key"));
        let (alg, public) = (member(key, "alg")?, member(key, "public")?);
        let wrong = with(member(other, "private")?, json!({ "kid": public.get("kid") }));
        let case = json!({
            "alg": alg, "public_key": public, "private_key": member(key, "private")?, "pem": member(key, "pem")?,
            "wrong": { "private_key": wrong, "pem": member(other, "pem")? },
        });
        let id = format!("key-{}", alg.as_str().unwrap_or_default());
        let by_value = json!({ "jwks": { "keys": [public] }, "token_endpoint_auth_signing_alg": alg });
        all.push(client(&id, "private_key_jwt", by_value, case.clone()));
        if number == 0 {
            let address = json!({ "jwks_uri": format!("http://127.0.0.1:{}/jwks.json", free_port()) });
            all.push(client("key-by-address", "private_key_jwt", address.clone(), with(case, address)));
        }
    }
    Ok(all)
}

/// Runs a script as all of them; its steps are the clients' names, and `more`.
async fn drive(script: &str, algorithms: &[&str], macs: &[&str], more: &[&str]) -> Result<()> {
    let authority = Authority::new()?;
    let clients = clients(&authority, algorithms, macs).await?;
    let tables: String = clients.iter().map(|client| table("client", &client.metadata)).collect();
    let outbound = "[outbound]\nallow = [\"127.0.0.0/8\"]\n\n";
    let jeton = Jeton::start_tls(&authority, &format!("{outbound}{tables}")).await?;
    let cases: Vec<&Value> = clients.iter().map(|client| &client.case).collect();
    let case = json!({ "issuer": jeton.issuer(), "authority": authority.path("ca"), "clients": cases });
    let run = match script.ends_with(".py") {
        true => client_run::python(script, &case).await,
        false => client_run::node(script, &case).await,
    };
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    let names = cases.iter().filter_map(|case| case.get("client_id").and_then(Value::as_str));
    assert_eq!(steps, names.chain(more.iter().copied()).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn openid_client_authenticates_in_every_way_it_knows() -> Result<()> {
    drive("openid-client-methods.mjs", &["ES256", "RS256", "PS256", "EdDSA"], &["HS256"], &[]).await
}

#[tokio::test]
async fn oauth4webapi_authenticates_in_every_way_it_knows() -> Result<()> {
    drive("oauth4webapi-methods.mjs", &["ES256", "RS256", "PS256", "EdDSA"], &["HS256"], &["assertion-replay"]).await
}

/// Authlib signs assertions with RSA keys only.
#[tokio::test]
async fn authlib_authenticates_in_every_way_it_knows() -> Result<()> {
    drive("authlib_methods.py", &["RS256", "PS256"], &["HS256", "HS384", "HS512"], &[]).await
}
