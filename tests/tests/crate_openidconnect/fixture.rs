//! A server, and the crate's client of it, found by discovery.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::Jeton;
use jeton_tests::config::{APP, Client as Registered, PASSWORD, REDIRECT_URI, SCOPE, USERNAME, with_redirect_uri};
use jeton_tests::person::Person;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata};
use openidconnect::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IntrospectionUrl, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RevocationUrl, Scope,
};
use serde_json::Value;
use url::Url;

use crate::http::send;

/// The crate's client: authorization, introspection and revocation are set, token and user info as found.
pub(crate) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A running server and a client of it.
pub(crate) struct Fixture {
    /// The server; dropped with the fixture.
    pub(crate) jeton: Jeton,
    /// The client `app`.
    pub(crate) client: Client,
}

/// The result of the pages.
pub(crate) struct SignedIn {
    /// The authorization code.
    pub(crate) code: AuthorizationCode,
    /// The verifier of its challenge.
    pub(crate) verifier: PkceCodeVerifier,
    /// What the ID token must echo.
    pub(crate) nonce: Nonce,
}

impl Fixture {
    /// Starts a server and discovers it.
    pub(crate) async fn start() -> Result<Self> {
        let jeton = Jeton::start(&with_redirect_uri(REDIRECT_URI)).await?;
        let client = discover(&jeton, APP, APP.secret).await?;
        Ok(Self { jeton, client })
    }

    /// Takes a new person through sign-in and consent.
    pub(crate) async fn sign_in(&self) -> Result<SignedIn> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = self.client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        // The crate adds `openid` by itself.
        for scope in SCOPE.split(' ').filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        let (address, state, nonce) = request.set_pkce_challenge(challenge).add_extra_param("prompt", "consent").url();
        let person = Person::new(USERNAME, PASSWORD)?;
        let journey = person.authorize(&address, REDIRECT_URI).await?;
        ensure!(journey.answered == ["login", "consent"], "asked for {:?}", journey.answered);
        let parameter = |wanted: &str| parameter(&journey.callback, wanted);
        ensure!(parameter("state")? == *state.secret(), "the state is echoed");
        ensure!(parameter("iss")? == self.jeton.issuer(), "iss names the issuer");
        let code = AuthorizationCode::new(parameter("code")?);
        Ok(SignedIn { code, verifier, nonce })
    }
}

/// The one value of a callback's parameter.
pub(crate) fn parameter(callback: &Url, wanted: &str) -> Result<String> {
    let mut found = callback.query_pairs().filter(|(name, _)| name == wanted);
    let (_, value) = found.next().with_context(|| format!("{wanted} in {callback}"))?;
    ensure!(found.next().is_none(), "{wanted} comes once in {callback}");
    Ok(value.into_owned())
}

/// The client `registered` with `secret`, by the server's discovery document.
pub(crate) async fn discover(jeton: &Jeton, registered: Registered, secret: Option<&str>) -> Result<Client> {
    let issuer = IssuerUrl::new(jeton.issuer().to_owned())?;
    let metadata = CoreProviderMetadata::discover_async(issuer, &send).await?;
    // The crate's metadata type knows OIDC's members only: the two of RFC 8414 are read here.
    let document = reqwest::get(jeton.url("/.well-known/oauth-authorization-server")).await?;
    let document: Value = document.json().await?;
    let endpoint = |name: &str| {
        let found = document.get(name).and_then(Value::as_str);
        found.map(str::to_owned).with_context(|| format!("{name} in {document}"))
    };
    let over_tls = endpoint("revocation_endpoint")?.replacen("http://", "https://", 1);
    Ok(CoreClient::from_provider_metadata(
        metadata,
        ClientId::new(registered.id.to_owned()),
        secret.map(|secret| ClientSecret::new(secret.to_owned())),
    )
    .set_auth_type(match registered.method {
        "client_secret_post" => AuthType::RequestBody,
        _ => AuthType::BasicAuth,
    })
    .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned())?)
    .set_introspection_url(IntrospectionUrl::new(endpoint("introspection_endpoint")?)?)
    .set_revocation_url(RevocationUrl::new(over_tls)?))
}
