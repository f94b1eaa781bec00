//! A browser: cookies, pages, redirects.

use std::collections::BTreeMap;

use crate::{Ask, House, PASSWORD, Reply, USER};

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser with its cookies.
#[derive(Clone, Default)]
pub struct Browser {
    /// The cookies, by name.
    pub cookies: BTreeMap<String, String>,
}

/// A valid authorization request with PKCE.
pub fn code_params<'a>(client: &'a str, scope: &'a str) -> Vec<(&'a str, &'a str)> {
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

/// The parameters sent back to the client: in the query, in the fragment, or in a form.
#[track_caller]
pub fn back(reply: &Reply) -> BTreeMap<String, String> {
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

/// Whether an answer is the page that posts its form to the client.
pub fn is_posted_back(reply: &Reply) -> bool {
    reply.status == 200 && reply.text().contains("HTMLFormElement.prototype.submit")
}

impl Browser {
    /// A request as this browser would send it now.
    pub fn carry(&self, ask: Ask) -> Ask {
        let jar: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if jar.is_empty() { ask } else { ask.header("cookie", jar.join("; ")) }
    }

    /// Sends a request with the cookies, and stores those in the answer.
    pub async fn send(&mut self, house: &House, ask: Ask) -> Reply {
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
    pub async fn open(&mut self, house: &House, params: &[(&str, &str)]) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
        self.send(house, Ask::get(&format!("/authorization?{query}"))).await
    }

    /// Submits the sign-in page.
    pub async fn sign_in_as(&mut self, house: &House, page: &Reply, name: &str, password: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "sign-in");
        let fields = [("ticket", form.ticket.as_str()), ("username", name), ("password", password)];
        self.send(house, Ask::post(&form.action).form(&fields)).await
    }

    /// Submits the sign-in page as alice.
    pub async fn sign_in(&mut self, house: &House, page: &Reply) -> Reply {
        self.sign_in_as(house, page, USER, PASSWORD).await
    }

    /// Signs in at the page of an authorization request of `app`, from an address.
    pub async fn knock(&mut self, house: &House, name: &str, password: &str, addr: &str) -> Reply {
        let mut params = code_params("app", "openid");
        params.push(("prompt", "login"));
        let page = self.open(house, &params).await.ok();
        let form = page.form();
        let fields = [("ticket", form.ticket.as_str()), ("username", name), ("password", password)];
        self.send(house, Ask::post(&form.action).form(&fields).at(addr)).await
    }

    /// Submits the consent page.
    pub async fn decide(&mut self, house: &House, page: &Reply, decision: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "consent");
        self.send(house, Ask::post(&form.action).form(&[("ticket", &form.ticket), ("decision", decision)])).await
    }

    /// Submits every page until the browser is redirected to the client.
    pub async fn finish(&mut self, house: &House, mut reply: Reply) -> Reply {
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

    /// Goes through the whole flow; returns what the client gets.
    pub async fn answered(&mut self, house: &House, params: &[(&str, &str)]) -> BTreeMap<String, String> {
        let page = self.open(house, params).await;
        back(&self.finish(house, page).await)
    }

    /// Goes through the whole flow; returns the code.
    pub async fn code(&mut self, house: &House, params: &[(&str, &str)]) -> String {
        let page = self.open(house, params).await;
        let reply = self.finish(house, page).await;
        back(&reply).remove("code").unwrap_or_else(|| panic!("no code: {}", reply.show()))
    }
}
