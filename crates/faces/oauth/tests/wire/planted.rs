//! Recognizable secrets are sent; no log line, error body or recorded refusal may contain one.

use std::io::Write;
use std::sync::{Arc, Mutex};

use jeton_core::model::AuthMethod;
use tracing_subscriber::fmt::MakeWriter;

use jeton_served::{Ask, Browser, House, Reply, USER, VERIFIER, code_params};

const CLIENT_SECRET: &str = "PLANTED-client-secret-1f3a";
const PASSWORD: &str = "PLANTED-password-77c1";

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn nothing_secret_comes_out() {
    let log = Captured::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // For the whole process: the logs of other tests are searched as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let house = House::new().await;
    house.person(USER, PASSWORD).await;
    // A new password also ends tokens issued in the same moment.
    house.wait(1);
    house.client("app", Some(CLIENT_SECRET), |_| ()).await;
    house.client("post", Some(CLIENT_SECRET), |c| c.token_endpoint_auth_method = AuthMethod::ClientSecretPost).await;
    house.client("thief", Some("x"), |_| ()).await;

    // Successful requests, whose secrets must not appear again.
    let mut browser = Browser::default();
    let login = browser.open(&house, &code_params("app", "openid offline_access")).await;
    let mut errors = vec![browser.sign_in_as(&house, &login, USER, "PLANTED-wrong").await];
    let consent = browser.sign_in_as(&house, &login, USER, PASSWORD).await.ok();
    let answer = browser.decide(&house, &consent, "approve").await;
    let code = jeton_served::back(&answer)["code"].clone();
    let form = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    let tokens = house.token(("app", CLIENT_SECRET), &form).await.ok();
    let (access, refresh, id) = (tokens.access(), tokens.refresh(), tokens.member("id_token"));

    errors.extend(mistakes(&house, [&code, &access, &refresh, &id]).await);
    errors.push(browser.decide(&house, &consent, "approve").await);
    house.store.close().await.unwrap();
    errors.extend(mistakes(&house, [&code, &access, &refresh, &id]).await);

    let session = browser.cookies["__Host-jeton_session"].clone();
    let stems = [&code, &access, &refresh, &id, &session].map(|t| t[16..48].to_owned());
    let secrets = stems.iter().map(String::as_str).chain(["PLANTED"]);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("request refused"), "the log was captured");
    for secret in secrets {
        assert!(!log.contains(secret), "in the log: {secret}");
        for reply in &errors {
            assert!(!reply.text().contains(secret) || reply.status == 303, "in an answer: {}", reply.show());
            for reference in reply.headers.get_all("jeton-refusal") {
                let recorded = house.jeton.ledger.refusals().find(reference.to_str().unwrap()).unwrap();
                assert!(!format!("{recorded:?}").contains(secret), "{recorded:?}");
            }
        }
    }
}

/// Each secret in the right place of an invalid request, and each in a wrong place.
async fn mistakes(house: &House, secrets: [&str; 4]) -> Vec<Reply> {
    let mut out = Vec::new();
    let password = [("grant_type", "password"), ("username", "nobody"), ("password", PASSWORD), ("scope", "read")];
    out.push(house.token(("app", CLIENT_SECRET), &password).await);
    out.push(house.token(("nobody", CLIENT_SECRET), &password).await);
    out.push(house.token(("post", CLIENT_SECRET), &password).await);
    let both =
        [("client_id", "app"), ("client_secret", CLIENT_SECRET), password[0], password[1], password[2], password[3]];
    out.push(house.token(("app", CLIENT_SECRET), &both).await);
    out.push(house.public_token(&both).await);
    for secret in secrets {
        for form in [
            vec![("grant_type", "refresh_token"), ("refresh_token", secret)],
            vec![("grant_type", "authorization_code"), ("code", secret), ("code_verifier", "PLANTED-verifier")],
        ] {
            out.push(house.token(("thief", "x"), &form).await);
            out.push(house.token(("app", "PLANTED-wrong"), &form).await);
        }
        for path in ["/token/revoke", "/introspect"] {
            out.push(Ask::post(path).basic("thief", "x").form(&[("token", secret)]).send(house).await);
            out.push(Ask::post(path).bearer(secret).form(&[("token", secret)]).send(house).await);
            out.push(
                Ask::post(path)
                    .basic("app", CLIENT_SECRET)
                    .form(&[("token", secret), ("token", secret)])
                    .send(house)
                    .await,
            );
        }
        out.push(Ask::get("/userinfo").bearer(secret).send(house).await);
        out.push(Ask::get(&format!("/userinfo?access_token={secret}")).send(house).await);
    }
    out.retain(|r| r.status >= 400);
    out
}

/// `Debug` output ends up in logs: the types that carry secrets must show none.
#[tokio::test]
async fn debug_shows_nothing_secret() {
    use jeton_core::Secret;
    use jeton_core::client_auth::{BasicCredentials, Presented};
    let presented = Presented {
        basic: BasicCredentials::parse(&jeton_served::basic(&format!("app:{CLIENT_SECRET}"))),
        client_id: Some("app".into()),
        client_secret: Some(Secret::new(CLIENT_SECRET)),
        several_headers: false,
        ..Presented::default()
    };
    assert!(!format!("{presented:?}").contains("PLANTED"));
    let house = House::new().await;
    house.client("app", Some(CLIENT_SECRET), |_| ()).await;
    let form =
        [("grant_type", "password"), ("username", USER), ("password", jeton_served::PASSWORD), ("scope", "read")];
    let reply = house.token(("app", CLIENT_SECRET), &form).await.ok();
    let verdict = house.jeton.ledger.inspect(house.service, &reply.access()).await.unwrap();
    let shown = format!("{verdict:?}");
    assert!(!shown.contains(&reply.access()[16..48]));
    let user = house.jeton.administration.show_user(house.service, USER).await.unwrap();
    assert!(!format!("{user:?}").contains("argon2"));
}
