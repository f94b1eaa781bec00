//! mod_auth_openidc signs people in at Jeton and hands their claims to what it protects.

use anyhow::{Context as _, Result, ensure};
use jeton_tests::apache::Apache;
use jeton_tests::config::{APP, Client, NAME, PASSWORD, POSTER, SCOPE, USERNAME, person, with};
use jeton_tests::form::forms;
use jeton_tests::person::Person;
use jeton_tests::toml::table;
use jeton_tests::{Jeton, client_run, free_port};
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use url::Url;

/// A protected site, and the issuer that it sends people to.
struct Site {
    jeton: Jeton,
    apache: Apache,
    redirect_uri: String,
    person: Person,
}

impl Site {
    /// Starts both; `registration` and `directives` differ from what every site here has.
    async fn start(client: Client, registration: Value, directives: &str) -> Result<Self> {
        Self::start_on(free_port(), client, registration, directives, &[]).await
    }

    /// The same on a port chosen before, with files for Apache.
    async fn start_on(
        port: u16,
        client: Client,
        registration: Value,
        directives: &str,
        files: &[(&str, &str)],
    ) -> Result<Self> {
        let redirect_uri = format!("http://127.0.0.1:{port}/app/callback");
        let metadata = with(
            client.metadata("opaque", &redirect_uri),
            json!({ "post_logout_redirect_uris": [format!("http://127.0.0.1:{port}/bye.txt")] }),
        );
        let clients = table("client", &with(metadata, registration));
        let outbound = "[outbound]\nallow = [\"127.0.0.0/8\"]\n\n";
        let jeton = Jeton::start(&format!("{outbound}{clients}{}", person())).await?;
        let secret = client.secret.map(|secret| format!("OIDCClientSecret \"{secret}\"\n")).unwrap_or_default();
        let configuration = format!(
            // First: the module takes `private_key_jwt` only when it has keys already.
            "{directives}\nOIDCProviderMetadataURL {issuer}/.well-known/openid-configuration\n\
             OIDCClientID {id}\n{secret}\
             OIDCProviderTokenEndpointAuth {method}\n\
             OIDCRedirectURI {redirect_uri}\n\
             OIDCCryptoPassphrase a-passphrase-of-this-test\n\
             OIDCScope \"{SCOPE}\"\n\
             OIDCPassClaimsAs environment\n\
             OIDCHTTPTimeoutLong 300\nOIDCHTTPTimeoutShort 300\n\
             OIDCInfoHook access_token refresh_token id_token userinfo\n\
             <Location /app>\nAuthType openid-connect\nRequire claim \"name:{NAME}\"\n\
             Header set Claim-Sub \"%{{OIDC_CLAIM_sub}}e\"\nHeader set Claim-Email \"%{{OIDC_CLAIM_email}}e\"\n</Location>\n\
             <Location /app/callback>\nRequire expr \"%{{QUERY_STRING}} == 'jwks=rsa'\"\nRequire valid-user\n</Location>\n\
             <Location /editors>\nAuthType openid-connect\nRequire claim name:Nobody\n</Location>\n",
            issuer = jeton.issuer(),
            id = client.id,
            method = client.method,
        );
        let pages = [("www/app", "The tides."), ("www/editors", "For editors."), ("www/bye.txt", "Bye.")];
        let apache = Apache::start(port, &configuration, &[pages.as_slice(), files].concat()).await?;
        Ok(Self { jeton, apache, redirect_uri, person: Person::new(USERNAME, PASSWORD)? })
    }

    async fn get(&self, address: &str) -> Result<Response> {
        Ok(self.person.browser().get(address).send().await?)
    }

    /// Follows one redirect, and returns its target.
    async fn led(&self, answer: &Response) -> Result<Url> {
        let location = answer.headers().get(LOCATION).with_context(|| format!("a redirect, not {answer:?}"))?;
        Ok(answer.url().join(location.to_str()?)?)
    }

    /// Requests the protected page, signs in at Jeton, and returns: the pages on the way, and the protected page.
    async fn sign_in(&self) -> Result<(Vec<&'static str>, Response)> {
        let page = Url::parse(&self.apache.url("/app"))?;
        let journey = self.person.authorize(&page, &self.redirect_uri).await?;
        let browser = self.person.browser();
        let back = match journey.posted.as_slice() {
            [] => browser.get(journey.callback).send().await?,
            fields => browser.post(journey.callback).form(fields).send().await?,
        };
        let location = self.led(&back).await?;
        ensure!(location == page, "sent on to {location}");
        Ok((journey.answered, self.get(page.as_str()).await?))
    }

    /// What the module knows about the session.
    async fn info(&self) -> Result<Value> {
        let answer = self.get(&format!("{}?info=json", self.redirect_uri)).await?;
        ensure!(answer.status() == 200, "info answered {}", answer.status());
        Ok(answer.json().await?)
    }

    async fn user_info(&self, token: &str) -> Result<StatusCode> {
        Ok(self.person.browser().get(self.jeton.url("/userinfo")).bearer_auth(token).send().await?.status())
    }

    /// The whole story of one visit.
    async fn visit(&self) -> Result<()> {
        let (answered, page) = self.sign_in().await?;
        assert_eq!(answered, ["login", "consent"]);
        assert_eq!(page.status(), 200);
        let claim = |name: &str| page.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (sub, email) = (claim("claim-sub").context("a subject")?, claim("claim-email"));
        assert_eq!(email.as_deref(), Some("alice@example.com"));
        assert_eq!(page.text().await?, "The tides.");

        let refused = self.get(&self.apache.url("/editors")).await?;
        assert_eq!(refused.status(), 401, "a claim that the person does not have");

        let before = self.info().await?;
        let text = |info: &Value, name: &str| {
            info.get(name).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("{name} in {info}"))
        };
        assert_eq!(before.pointer("/id_token/sub").and_then(Value::as_str), Some(sub.as_str()));
        assert_eq!(before.pointer("/userinfo/name").and_then(Value::as_str), Some(NAME));
        let (access, refresh) = (text(&before, "access_token")?, text(&before, "refresh_token")?);
        assert_eq!(self.user_info(&access).await?, 200);

        // The module refreshes when the application asks it to.
        let mut renew = Url::parse(&self.redirect_uri)?;
        renew.query_pairs_mut().append_pair("refresh", &self.apache.url("/app")).append_pair("access_token", &access);
        let renewed = self.get(renew.as_str()).await?;
        assert_eq!(self.led(&renewed).await?.as_str(), self.apache.url("/app"), "without an error behind it");
        let after = self.info().await?;
        assert_ne!(text(&after, "access_token")?, access);
        assert_ne!(text(&after, "refresh_token")?, refresh, "the refresh token rotates");

        // Signing out there revokes the tokens and signs out here.
        let mut leave = Url::parse(&self.redirect_uri)?;
        leave.query_pairs_mut().append_pair("logout", &self.apache.url("/bye.txt"));
        let end = self.led(&self.get(leave.as_str()).await?).await?;
        assert_eq!(end.path(), "/end_session");
        let bye = self.led(&self.get(end.as_str()).await?).await?;
        assert_eq!(bye.as_str(), self.apache.url("/bye.txt"));
        assert_eq!(self.user_info(&text(&after, "access_token")?).await?, 401, "revoked");
        let (answered, _) = self.sign_in().await?;
        assert_eq!(answered, ["login"], "the session at the issuer ended, too; the consent was remembered");
        Ok(())
    }
}

/// One visit, with both logs if it fails.
async fn visit(client: Client, registration: Value, directives: &str) -> Result<()> {
    let site = Site::start(client, registration, directives).await?;
    site.visit().await.with_context(|| format!("apache:\n{}\njeton:\n{}", site.apache.log(), site.jeton.log()))
}

#[tokio::test]
async fn a_person_signs_in_and_out_with_a_secret_in_the_header() -> Result<()> {
    visit(APP, json!({}), "").await
}

#[tokio::test]
async fn a_person_signs_in_and_out_with_a_secret_in_the_body_and_pkce() -> Result<()> {
    visit(POSTER, json!({ "require_pkce": true }), "OIDCPKCEMethod S256").await
}

#[tokio::test]
async fn a_person_signs_in_with_an_answer_by_form() -> Result<()> {
    visit(POSTER, json!({}), "OIDCResponseMode form_post\nOIDCPKCEMethod S256").await
}

#[tokio::test]
async fn a_person_signs_in_with_an_id_token_beside_the_code() -> Result<()> {
    let grants = ["authorization_code", "implicit", "refresh_token"];
    let registration = json!({ "response_types": ["code id_token"], "grant_types": grants });
    visit(APP, registration, "OIDCResponseType \"code id_token\"\nOIDCResponseMode form_post").await
}

#[tokio::test]
async fn a_person_signs_in_with_a_secret_that_is_never_sent() -> Result<()> {
    let secret = Some("a-secret-of-more-than-thirty-two-characters");
    visit(Client { id: "app", secret, method: "client_secret_jwt" }, json!({}), "").await
}

#[tokio::test]
async fn a_person_signs_in_with_a_key_by_value_and_by_address() -> Result<()> {
    let key = client_run::keys(&["RS256"]).await?.pop().context("a key")?;
    let member = |name: &str| key.get(name).cloned().with_context(|| format!("{name} of a key"));
    let (public, private, public_pem) = (member("public")?, member("pem")?, member("public_pem")?);
    let files = [("private.pem", private), ("public.pem", public_pem)]
        .map(|(name, pem)| (name, pem.as_str().unwrap_or_default().to_owned()));
    let files: Vec<_> = files.iter().map(|(name, pem)| (*name, pem.as_str())).collect();
    let kid = public.get("kid").and_then(Value::as_str).context("a kid")?;
    let directives = format!(
        "OIDCPrivateKeyFiles \"{kid}#{{folder}}/private.pem\"\nOIDCPublicKeyFiles \"{kid}#{{folder}}/public.pem\"\n"
    );
    let client = Client { id: "app", secret: None, method: "private_key_jwt" };
    // The module publishes its keys itself.
    let by_address = |redirect_uri: &str| json!({ "jwks_uri": format!("{redirect_uri}?jwks=rsa") });
    let by_value = |_: &str| json!({ "jwks": { "keys": [public] } });
    let registrations: [&dyn Fn(&str) -> Value; 2] = [&by_value, &by_address];
    for registration in registrations {
        let port = free_port();
        let registration = registration(&format!("http://127.0.0.1:{port}/app/callback"));
        let site = Site::start_on(port, client, registration, &directives, &files).await?;
        site.visit().await.with_context(|| format!("apache:\n{}\njeton:\n{}", site.apache.log(), site.jeton.log()))?;
    }
    Ok(())
}

#[tokio::test]
async fn a_session_there_ends_when_the_person_signs_out_here() -> Result<()> {
    let port = free_port();
    let notice = format!("http://127.0.0.1:{port}/app/callback?logout=backchannel");
    let registration = json!({ "backchannel_logout_uri": notice, "backchannel_logout_session_required": true });
    let site = Site::start_on(port, APP, registration, "OIDCProviderBackChannelLogoutSupported On", &[]).await?;
    let logs = || format!("apache:\n{}\njeton:\n{}", site.apache.log(), site.jeton.log());
    site.sign_in().await.with_context(logs)?;
    assert_eq!(site.get(&site.apache.url("/app")).await?.status(), 200);

    // At the issuer's own page: the browser carries nothing to Apache.
    let out = Url::parse(&site.jeton.url("/end_session"))?;
    let page = site.get(out.as_str()).await?.text().await?;
    let form = forms(&out, &page)?.pop().context("the sign-out page")?;
    let answer =
        site.person.browser().post(form.action.clone()).form(&form.press("decision", "approve")?).send().await?;
    ensure!(answer.status() == 200, "signing out answered {}", answer.status());
    for _ in 0..3_000 {
        if site.get(&site.apache.url("/app")).await?.status().is_redirection() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    anyhow::bail!("still let in\n{}", logs())
}
