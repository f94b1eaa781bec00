//! Jeton's own OAuth face, with a browser whose person signs in.

use jeton_served::{Ask, Browser, House, Reply, is_posted_back};

use super::request::{Endpoint, SECRET, Sent};
use super::said::Said;

pub(super) async fn answer(house: &House, sent: &Sent) -> Said {
    match sent.to {
        Endpoint::Authorization(agrees) => authorization(house, sent, agrees).await,
        Endpoint::Decision(agrees) => decision(house, sent, agrees).await,
        Endpoint::Token => form(house, "/token", sent).await,
        Endpoint::Par => form(house, "/par", sent).await,
        Endpoint::Device => form(house, "/device_authorization", sent).await,
        Endpoint::Revocation => form(house, "/token/revoke", sent).await,
        Endpoint::Introspection => {
            // How a resource server proves itself is between it and the authorization server.
            let params: Vec<_> = sent.params.iter().filter(|(name, _)| !name.starts_with("client_")).collect();
            let params: Vec<_> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            said(&Ask::post("/introspect").basic("watcher", SECRET).form(&params).send(house).await)
        }
        Endpoint::UserInfo => {
            let ask = Ask::get("/userinfo");
            let ask = sent.get("token").map_or(ask.clone(), |token| ask.bearer(token));
            let ask = sent.certificate.as_ref().map_or(ask.clone(), |der| ask.certificate(der, false));
            let reply = ask.send(house).await;
            let status = reply.status;
            let answer = said(&reply).challenged(reply.header("www-authenticate"));
            // The error is in the header.
            if status == 200 { answer } else { Said { body: serde_json::Map::new(), ..answer } }
        }
    }
}

fn said(reply: &Reply) -> Said {
    let mut said = Said::new(reply.status, reply.text());
    // RFC 6749 section 5.2 lets a server choose between both, and so does the answer to its caller.
    if said.error() == Some("invalid_client") {
        said.status = 401;
    }
    said
}

async fn form(house: &House, path: &str, sent: &Sent) -> Said {
    let mut ask = Ask::post(path).raw_form(sent.encoded());
    if let Some((id, secret)) = &sent.basic {
        ask = ask.basic(id, secret);
    }
    if let Some(der) = &sent.certificate {
        ask = ask.certificate(der, false);
    }
    said(&ask.send(house).await)
}

async fn authorization(house: &House, sent: &Sent, agrees: bool) -> Said {
    let mut browser = Browser::default();
    let mut reply = browser.send(house, Ask::get(&format!("/authorization?{}", sent.encoded()))).await;
    for _ in 0..3 {
        if reply.status == 303 || is_posted_back(&reply) {
            return Said::sent_back(&reply);
        }
        if reply.status != 200 {
            return Said::page(reply.status);
        }
        reply = match reply.form().stage() {
            "sign-in" => browser.sign_in(house, &reply).await,
            _ => browser.decide(house, &reply, if agrees { "approve" } else { "deny" }).await,
        };
    }
    panic!("no end: {}", reply.show());
}

async fn decision(house: &House, sent: &Sent, agrees: bool) -> Said {
    let mut browser = Browser::default();
    let page = browser.device(house, sent.get("user_code").unwrap()).await;
    if page.status != 200 {
        return Said::page(page.status);
    }
    let done = browser.device_decide(house, &page, if agrees { "approve" } else { "deny" }).await;
    Said::page(done.status)
}
