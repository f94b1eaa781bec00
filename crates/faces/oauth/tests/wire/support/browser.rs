//! Somebody's browser: cookies, pages, redirects.

use std::collections::BTreeMap;

use super::{Ask, House, PASSWORD, Reply, USER};

/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A good authorization request with PKCE.
pub(crate) fn code_params<'a>(client: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", "https://app.example/cb"),
        ("scope", scope),
        ("state", "st-1"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// The members that go back to the client: in the query, in the fragment, or in a form.
#[track_caller]
pub(crate) fn back(reply: &Reply) -> BTreeMap<String, String> {
    let pairs: Vec<_> = if is_posted_back(reply) {
        reply.hidden_fields()
    } else {
        assert_eq!(reply.status, 303, "{}", reply.show());
        let location = reply.header("location").unwrap();
        let (_, members) = location.split_once('#').or_else(|| location.split_once('?')).unwrap();
        form_urlencoded::parse(members.as_bytes()).into_owned().collect()
    };
    let count = pairs.len();
    let members: BTreeMap<_, _> = pairs.into_iter().collect();
    assert_eq!(members.len(), count, "a member came twice: {}", reply.show());
    members
}

/// Whether an answer is the page that posts itself to the client.
pub(crate) fn is_posted_back(reply: &Reply) -> bool {
    reply.status == 200 && reply.text().contains("HTMLFormElement.prototype.submit")
}

impl Browser {
    /// A request as this browser would send it now.
    pub(crate) fn carry(&self, ask: Ask) -> Ask {
        let jar: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if jar.is_empty() { ask } else { ask.header("cookie", jar.join("; ")) }
    }

    pub(crate) async fn send(&mut self, house: &House, ask: Ask) -> Reply {
        let reply = self.carry(ask).send(house).await;
        for set in reply.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Opens `/authorization`.
    pub(crate) async fn open(&mut self, house: &House, params: &[(&str, &str)]) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        self.send(house, Ask::get(&format!("/authorization?{query}"))).await
    }

    pub(crate) async fn sign_in_as(&mut self, house: &House, page: &Reply, name: &str, password: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "sign-in");
        let fields = [("ticket", form.ticket.as_str()), ("username", name), ("password", password)];
        self.send(house, Ask::post(&form.action).form(&fields)).await
    }

    pub(crate) async fn sign_in(&mut self, house: &House, page: &Reply) -> Reply {
        self.sign_in_as(house, page, USER, PASSWORD).await
    }

    pub(crate) async fn decide(&mut self, house: &House, page: &Reply, decision: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "consent");
        self.send(house, Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", decision)])).await
    }

    /// Answers whatever is asked until the browser is sent back.
    pub(crate) async fn finish(&mut self, house: &House, mut reply: Reply) -> Reply {
        for _ in 0..3 {
            if reply.status == 303 || is_posted_back(&reply) {
                break;
            }
            reply = match reply.form().stage() {
                "sign-in" => self.sign_in(house, &reply).await,
                _ => self.decide(house, &reply, "approve").await,
            };
        }
        assert!(reply.status == 303 || is_posted_back(&reply), "{}", reply.show());
        reply
    }

    /// Goes all the way; what the client gets.
    pub(crate) async fn answered(&mut self, house: &House, params: &[(&str, &str)]) -> BTreeMap<String, String> {
        let page = self.open(house, params).await;
        back(&self.finish(house, page).await)
    }

    /// Goes all the way; the code.
    pub(crate) async fn code(&mut self, house: &House, params: &[(&str, &str)]) -> String {
        let page = self.open(house, params).await;
        let reply = self.finish(house, page).await;
        back(&reply).remove("code").unwrap_or_else(|| panic!("no code: {}", reply.show()))
    }
}
