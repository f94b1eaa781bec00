//! The crate `openidconnect` with its defaults.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::clients_page::{Origin, Row, keep};
use jeton_tests::config::{NAME, PASSWORD, USERNAME};
use jeton_tests::person::Person;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpClientError, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};
use reqwest::redirect::Policy;

use crate::{CLIENT, started};

/// What the lock file says, which is what this program was built from.
fn version() -> Result<String> {
    let lock = include_str!("../../../Cargo.lock");
    let package = lock.split("[[package]]").find(|package| package.contains("name = \"openidconnect\"\n"));
    let version = package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
    Ok(version.context("the crate in Cargo.lock")?.to_owned())
}

/// The crate's requests, sent by the tests' own HTTP client.
async fn send(request: HttpRequest) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().map_err(Box::new)?;
    let (parts, body) = request.into_parts();
    let request = client.request(parts.method, parts.uri.to_string()).headers(parts.headers).body(body);
    let answer = request.send().await.map_err(Box::new)?;
    let mut response = HttpResponse::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await.map_err(Box::new)?.to_vec();
    Ok(response)
}

#[tokio::test]
async fn the_crate_openidconnect() -> Result<()> {
    let (jeton, redirect_uri) = started(serde_json::json!({})).await?;
    let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(jeton.issuer().to_owned())?, &send).await?;
    let secret = CLIENT.secret.map(|secret| ClientSecret::new(secret.to_owned()));
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(CLIENT.id.to_owned()), secret)
        .set_redirect_uri(RedirectUrl::new(redirect_uri.clone())?);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (address, state, nonce) = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .add_scope(Scope::new("profile".to_owned()))
        .add_scope(Scope::new("offline_access".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let callback = Person::new(USERNAME, PASSWORD)?.authorize(&address, &redirect_uri).await?.callback;
    let parameter = |wanted: &str| {
        let found = callback.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        found.with_context(|| format!("{wanted} in {callback}"))
    };
    ensure!(parameter("state")? == *state.secret(), "the state is echoed");
    let request = client.exchange_code(AuthorizationCode::new(parameter("code")?))?.set_pkce_verifier(verifier);
    let tokens = request.request_async(&send).await?;
    let id_token = tokens.id_token().context("an ID token")?;
    let claims = id_token.claims(&client.id_token_verifier(), &nonce)?;

    let info = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?;
    let info: CoreUserInfoClaims = info.request_async(&send).await?;
    let name = info.name().and_then(|name| name.get(None)).map(|name| name.as_str());
    ensure!(name == Some(NAME), "the name is {name:?}");

    let refresh = tokens.refresh_token().context("a refresh token")?;
    let fresh = client.exchange_refresh_token(refresh)?.request_async(&send).await?;
    ensure!(fresh.access_token().secret() != tokens.access_token().secret(), "the access token is the old one");
    let steps = ["discovery", "code", "userinfo", "refresh"].map(str::to_owned);
    keep(&Row { client: "openidconnect", from: Origin::Pinned("Cargo"), version: &version()?, steps: &steps })
}
