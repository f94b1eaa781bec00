//! The npm and PyPI clients against the real binary: each script drives one library through everything.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::config::{APP, Client, POSTER, REDIRECT_URI, SCOPE, SPA, person, with, with_redirect_uri};
use jeton_tests::toml::table;
use jeton_tests::{Jeton, client_run};
use serde_json::{Value, json};

/// What every script drives, with its library's own calls.
const EVERY: [&str; 6] = ["discovery", "authorization-code", "wrong-verifier", "userinfo", "refresh", "revocation"];
/// What takes a secret.
const CONFIDENTIAL: [&str; 4] = ["client-credentials", "wrong-secret", "password", "introspection"];

/// A script about people who are already signed in.
const PEOPLE: [&str; 9] = [
    "nobody-is-signed-in",
    "signs-in",
    "is-asked-nothing-again",
    "a-wider-scope-is-asked-about",
    "prompt-login-and-consent",
    "max-age",
    "hints",
    "sign-out",
    "sign-out-without-a-hint",
];

/// Runs `script` as `client` and fails unless each of `expected` was driven: a script that skips a step
/// must not pass for one that did it.
async fn drive(script: &str, client: Client, expected: &[&str]) -> Result<()> {
    drive_against(&with_redirect_uri(REDIRECT_URI), script, client, expected).await
}

/// The same with a server of another configuration.
async fn drive_against(configuration: &str, script: &str, client: Client, expected: &[&str]) -> Result<()> {
    drive_case(configuration, script, client, json!({}), expected).await
}

/// The same with another case.
async fn drive_case(configuration: &str, script: &str, client: Client, more: Value, expected: &[&str]) -> Result<()> {
    let jeton = Jeton::start(configuration).await?;
    let case = with(client.case(jeton.issuer(), REDIRECT_URI), more);
    let run = match script.ends_with(".py") {
        true => client_run::python(script, &case).await,
        false => client_run::node(script, &case).await,
    };
    let steps = run.with_context(|| format!("the server's log:\n{}", jeton.log()))?;
    for step in expected {
        ensure!(steps.iter().any(|done| done == step), "{script} did not drive {step}: {steps:?}");
    }
    Ok(())
}

/// The same for a script that drives a whole life of tokens, and `expected` beyond it.
async fn drive_flow(script: &str, client: Client, expected: &[&str]) -> Result<()> {
    drive(script, client, &[EVERY.as_slice(), expected].concat()).await
}

#[tokio::test]
async fn openid_client_with_basic_and_opaque_tokens() -> Result<()> {
    let own = ["scope-not-allowed", "mix-up", "code-reuse", "denied"];
    drive_flow("openid-client.mjs", APP, &[CONFIDENTIAL.as_slice(), &own].concat()).await
}

#[tokio::test]
async fn openid_client_with_post_and_jwts() -> Result<()> {
    drive_flow("openid-client.mjs", POSTER, &CONFIDENTIAL).await
}

#[tokio::test]
async fn openid_client_as_a_public_client() -> Result<()> {
    drive_flow("openid-client.mjs", SPA, &["mix-up", "code-reuse", "denied"]).await
}

#[tokio::test]
async fn oauth4webapi_with_post_and_jwts() -> Result<()> {
    drive_flow("oauth4webapi.mjs", POSTER, &[CONFIDENTIAL.as_slice(), &["jwt-access-token"]].concat()).await
}

#[tokio::test]
async fn authlib_with_basic_and_opaque_tokens() -> Result<()> {
    drive_flow("authlib_flow.py", APP, &[CONFIDENTIAL.as_slice(), &["sign-out"]].concat()).await
}

#[tokio::test]
async fn authlib_with_post_and_jwts() -> Result<()> {
    drive_flow("authlib_flow.py", POSTER, &[CONFIDENTIAL.as_slice(), &["sign-out"]].concat()).await
}

#[tokio::test]
async fn openid_client_with_a_person_who_is_signed_in_already() -> Result<()> {
    drive("openid-client-people.mjs", APP, &PEOPLE).await
}

/// One client, registered for more than the shared ones.
fn only(client: Client, more: Value) -> String {
    table("client", &with(client.metadata("jwt", REDIRECT_URI), more)) + &person()
}

/// What `tests/clients/node/openid-client-responses.mjs` drives.
const RESPONSES: [&str; 7] = [
    "hybrid",
    "hybrid-by-form",
    "implicit",
    "implicit-by-form",
    "code-by-form",
    "code-in-a-fragment",
    "claims-asked-for-by-name",
];

#[tokio::test]
async fn openid_client_answered_in_a_fragment_by_form_and_with_an_id_token() -> Result<()> {
    let grants = ["authorization_code", "implicit", "refresh_token"];
    let more = json!({ "response_types": ["code", "code id_token", "id_token"], "grant_types": grants });
    drive_against(&only(APP, more), "openid-client-responses.mjs", APP, &RESPONSES).await
}

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn device(client: Client) -> Result<()> {
    let steps = ["device-is-allowed", "device-lives-on", "resource", "device-is-denied"];
    let more = json!({ "grant_types": ["refresh_token", DEVICE], "response_types": [] });
    drive_against(&only(client, more), "openid-client-device.mjs", client, &steps).await
}

#[tokio::test]
async fn openid_client_as_a_device_with_a_secret() -> Result<()> {
    device(APP).await
}

#[tokio::test]
async fn openid_client_as_a_device_without_a_secret() -> Result<()> {
    device(SPA).await
}

#[tokio::test]
async fn oauth4webapi_as_a_device_with_a_hybrid_answer_and_registering() -> Result<()> {
    let more = json!({
        "response_types": ["code", "code id_token"],
        "grant_types": ["authorization_code", "implicit", "client_credentials", DEVICE],
        "scope": format!("{SCOPE} register_client"),
    });
    drive_against(&only(APP, more), "oauth4webapi-more.mjs", APP, &["device", "hybrid", "registration"]).await
}

#[tokio::test]
async fn openid_client_registers_itself() -> Result<()> {
    let steps = [
        "registers-with-client_secret_basic",
        "registers-with-client_secret_post",
        "registers-with-none",
        "looks-after-its-record",
        "promises-nothing-it-does-not-keep",
    ];
    let configuration = format!("[registration]\nopen = true\n\n{}", person());
    drive_against(&configuration, "openid-client-registration.mjs", SPA, &steps).await
}

#[tokio::test]
async fn openid_client_pushes_and_signs_its_requests_and_reads_signed_user_info() -> Result<()> {
    let key = client_run::keys(&["ES256"]).await?.pop().context("a key")?;
    let more = json!({
        "jwks": { "keys": [key.get("public")] },
        "userinfo_signed_response_alg": "ES256",
    });
    let steps = ["pushed", "signed", "signed-and-pushed", "signed-by-another", "signed-user-info"];
    let case = json!({ "private_key": key.get("private") });
    drive_case(&only(APP, more), "openid-client-requests.mjs", APP, case, &steps).await
}

#[tokio::test]
async fn openid_client_exchanges_tokens_assertions_and_tickets() -> Result<()> {
    let key = client_run::keys(&["ES256"]).await?.pop().context("a key")?;
    let secret = |id: &str| format!("the-secret-of-{id}-for-the-grants");
    let client = |id: &str, grants: &[&str], scope: &str, more: Value| {
        let members = json!({ "client_id": id, "client_secret": secret(id), "grant_types": grants, "scope": scope });
        table("client", &with(members, more))
    };
    let [exchange, bearer, ticket] =
        ["token-exchange", "jwt-bearer", "uma-ticket"].map(|name| format!("urn:ietf:params:oauth:grant-type:{name}"));
    let other = "https://idp.example";
    let configuration = [
        client("app", &["password", &bearer, &ticket], "openid api1 view", json!({})),
        client("gateway", &[&exchange], "api1", json!({})),
        client("gallery", &["client_credentials"], "uma_protection", json!({ "introspect": "any" })),
        table("exchange", &json!({ "name": "gateway", "origin": "app", "client": "gateway" })),
        table(
            "trusted_issuer",
            &json!({
                "issuer": other, "jwks": { "keys": [key.get("public")] }, "clients": ["app"], "scope": "api1",
                "finds": "username",
            }),
        ),
        person(),
    ];
    let secrets = json!({ "app": secret("app"), "gateway": secret("gateway"), "gallery": secret("gallery") });
    let case = json!({ "secrets": secrets, "private_key": key.get("private"), "other_issuer": other });
    let steps = ["token-exchange", "jwt-bearer", "uma-ticket"];
    drive_case(&configuration.concat(), "openid-client-grants.mjs", APP, case, &steps).await
}
