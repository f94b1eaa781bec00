//! A person who is already signed in: age of the sign-in, prompt, sign-out.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use jeton_tests::config::{PASSWORD, REDIRECT_URI, USERNAME, signed_out_uri};
use jeton_tests::person::Person;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreIdToken};
use openidconnect::{
    AuthorizationCode, CsrfToken, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, TokenResponse,
};

use crate::fixture::{Fixture, parameter};
use crate::http::send;

/// Asks for a code with this prompt for a sign-in that is an hour old at most: the ID token, and what was asked.
async fn sign_in(
    fixture: &Fixture,
    person: &Person,
    prompt: Option<CoreAuthPrompt>,
) -> Result<(CoreIdToken, Vec<&'static str>)> {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut request = fixture
        .client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
        .set_max_age(Duration::from_secs(3600))
        .set_pkce_challenge(challenge);
    if let Some(prompt) = prompt {
        request = request.add_prompt(prompt);
    }
    let (address, _, nonce) = request.url();
    let journey = person.authorize(&address, REDIRECT_URI).await?;
    let code = AuthorizationCode::new(parameter(&journey.callback, "code")?);
    let tokens = fixture.client.exchange_code(code)?.set_pkce_verifier(verifier).request_async(&send).await?;
    let id_token = tokens.id_token().context("an ID token")?.clone();
    let claims = id_token.claims(&fixture.client.id_token_verifier(), &nonce)?;
    claims.auth_time().context("auth_time, since a maximum age was asked for")?;
    Ok((id_token, journey.answered))
}

#[tokio::test]
async fn a_person_is_asked_once_and_signs_out_by_the_id_token() -> Result<()> {
    let fixture = Fixture::start().await?;
    let person = Person::new(USERNAME, PASSWORD)?;
    let (_, answered) = sign_in(&fixture, &person, None).await?;
    assert_eq!(answered, ["login", "consent"]);
    let (_, answered) = sign_in(&fixture, &person, Some(CoreAuthPrompt::None)).await?;
    assert!(answered.is_empty(), "asked for {answered:?}");
    let (id_token, answered) = sign_in(&fixture, &person, Some(CoreAuthPrompt::Login)).await?;
    assert_eq!(answered, ["login"]);

    let issuer = IssuerUrl::new(fixture.jeton.issuer().to_owned())?;
    let metadata = ProviderMetadataWithLogout::discover_async(issuer, &send).await?;
    let endpoint = metadata.additional_metadata().end_session_endpoint.clone().context("an end of sessions")?;
    let back = signed_out_uri(REDIRECT_URI);
    let address = LogoutRequest::from(endpoint)
        .set_id_token_hint(&id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back.clone())?)
        .set_state(CsrfToken::new("bye".to_owned()))
        .http_get_url();
    let journey = person.authorize(&address, &back).await?;
    ensure!(journey.answered.is_empty(), "asked for {:?}", journey.answered);
    assert_eq!(parameter(&journey.callback, "state")?, "bye");
    let outcome = sign_in(&fixture, &person, Some(CoreAuthPrompt::None)).await;
    ensure!(format!("{outcome:?}").contains("login_required"), "nobody is signed in: {outcome:?}");
    Ok(())
}
