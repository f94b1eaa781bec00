//! The crate `openidconnect` 4 against the real binary.

mod fixture;
mod http;
mod session;

use std::error::Error;

use anyhow::{Context as _, Result, bail, ensure};
use fixture::{Client, Fixture, SignedIn, discover};
use http::send;
use jeton_tests::Jeton;
use jeton_tests::config::{APP, NAME, PASSWORD, POSTER, REDIRECT_URI, SCOPE, USERNAME, with_redirect_uri};
use openidconnect::core::{CoreRevocableToken, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AccessTokenHash, ErrorResponse, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError,
    ResourceOwnerPassword, ResourceOwnerUsername, Scope, StandardErrorResponse, TokenIntrospectionResponse,
    TokenResponse,
};

/// The code of a refusal that the crate has read as one.
fn refusal<T, RE, K>(outcome: Result<T, RequestTokenError<RE, StandardErrorResponse<K>>>) -> Result<String>
where
    RE: Error + Send + Sync + 'static,
    K: openidconnect::ErrorResponseType + AsRef<str>,
    StandardErrorResponse<K>: ErrorResponse,
{
    match outcome {
        Err(RequestTokenError::ServerResponse(refusal)) => Ok(refusal.error().as_ref().to_owned()),
        Err(other) => bail!("refused, but otherwise: {other:?}"),
        Ok(_) => bail!("not refused"),
    }
}

/// Whether introspection calls the token active.
async fn active(client: &Client, token: &AccessToken) -> Result<bool> {
    Ok(client.introspect(token).request_async(&send).await?.active())
}

#[tokio::test]
async fn a_token_for_the_client_itself() -> Result<()> {
    let jeton = Jeton::start(&with_redirect_uri(REDIRECT_URI)).await?;
    for registered in [APP, POSTER] {
        let client = discover(&jeton, registered, registered.secret).await?;
        let request = client.exchange_client_credentials()?.add_scope(Scope::new("api1".to_owned()));
        let tokens = request.request_async(&send).await?;
        assert!(tokens.refresh_token().is_none());
        assert!(tokens.expires_in().context("expires_in")?.as_secs() > 0);
        let token = tokens.access_token();
        assert!(active(&client, token).await?);
        client.revoke_token(CoreRevocableToken::from(token.clone()))?.request_async(&send).await?;
        assert!(!active(&client, token).await?);
    }
    Ok(())
}

#[tokio::test]
async fn a_token_for_a_name_and_a_password() -> Result<()> {
    let jeton = Jeton::start(&with_redirect_uri(REDIRECT_URI)).await?;
    for registered in [APP, POSTER] {
        let client = discover(&jeton, registered, registered.secret).await?;
        let username = ResourceOwnerUsername::new(USERNAME.to_owned());
        let right = ResourceOwnerPassword::new(PASSWORD.to_owned());
        let tokens = client.exchange_password(&username, &right)?.add_scope(Scope::new("openid".to_owned()));
        let tokens = tokens.request_async(&send).await?;
        // Nobody chose a nonce: there was no authorization request.
        let verify = |nonce: Option<&Nonce>| if nonce.is_none() { Ok(()) } else { Err("a nonce".to_owned()) };
        tokens.id_token().context("an ID token")?.claims(&client.id_token_verifier(), verify)?;
        let wrong = ResourceOwnerPassword::new("not the password".to_owned());
        let outcome = client.exchange_password(&username, &wrong)?.request_async(&send).await;
        assert_eq!(refusal(outcome)?, "invalid_grant");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_secret_is_refused() -> Result<()> {
    let jeton = Jeton::start(&with_redirect_uri(REDIRECT_URI)).await?;
    for registered in [APP, POSTER] {
        let impostor = discover(&jeton, registered, Some("not the secret of this client")).await?;
        let outcome = impostor.exchange_client_credentials()?.request_async(&send).await;
        assert_eq!(refusal(outcome)?, "invalid_client");
    }
    Ok(())
}

#[tokio::test]
async fn tokens_for_a_person() -> Result<()> {
    let fixture = Fixture::start().await?;
    let Fixture { client, .. } = &fixture;
    let SignedIn { code, verifier, nonce } = fixture.sign_in().await?;
    let tokens = client.exchange_code(code)?.set_pkce_verifier(verifier).request_async(&send).await?;

    // The crate checks signature, issuer, audience, times and nonce here.
    let id_token = tokens.id_token().context("an ID token")?;
    let keys = client.id_token_verifier();
    let claims = id_token.claims(&keys, &nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let (algorithm, key) = (id_token.signing_alg()?, id_token.signing_key(&keys)?);
        assert_eq!(AccessTokenHash::from_token(tokens.access_token(), algorithm, key)?, *expected);
    }

    let subject = claims.subject().clone();
    let request = client.user_info(tokens.access_token().clone(), Some(subject))?;
    let info: CoreUserInfoClaims = request.request_async(&send).await?;
    let name = info.name().and_then(|names| names.get(None)).context("a name")?;
    assert_eq!(name.as_str(), NAME);

    let known = client.introspect(tokens.access_token()).request_async(&send).await?;
    assert!(known.active());
    let mut scopes: Vec<_> = known.scopes().context("scopes")?.iter().map(|scope| scope.as_str()).collect();
    let mut asked: Vec<_> = SCOPE.split(' ').collect();
    scopes.sort_unstable();
    asked.sort_unstable();
    assert_eq!(scopes, asked);

    let first = tokens.refresh_token().context("a refresh token")?;
    let renewed = client.exchange_refresh_token(first)?.request_async(&send).await?;
    let second = renewed.refresh_token().context("another refresh token")?;
    ensure!(first.secret() != second.secret(), "the refresh token rotates");
    assert!(active(client, renewed.access_token()).await?);

    client.revoke_token(CoreRevocableToken::from(second.clone()))?.request_async(&send).await?;
    ensure!(!active(client, renewed.access_token()).await?, "a refresh token takes its family along");
    let outcome = client.exchange_refresh_token(second)?.request_async(&send).await;
    assert_eq!(refusal(outcome)?, "invalid_grant");
    Ok(())
}

#[tokio::test]
async fn a_wrong_verifier_is_refused() -> Result<()> {
    let fixture = Fixture::start().await?;
    let SignedIn { code, .. } = fixture.sign_in().await?;
    let wrong = PkceCodeVerifier::new("w".repeat(43));
    let outcome = fixture.client.exchange_code(code)?.set_pkce_verifier(wrong).request_async(&send).await;
    assert_eq!(refusal(outcome)?, "invalid_grant");
    Ok(())
}
