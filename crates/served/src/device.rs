//! A device that requests tokens, and its user.

use jeton_core::RequestSource;

use crate::{Ask, Browser, DEVICE_CODE, House, Reply};

/// The codes of one device.
#[derive(Clone, Debug)]
pub struct Device {
    /// The client: id and secret.
    pub client: (String, String),
    /// The device code.
    pub device_code: String,
    /// The user code.
    pub user_code: String,
}

impl Device {
    /// Starts a device authorization of a confidential client.
    pub async fn start(house: &House, client: (&str, &str), scope: &str) -> Self {
        let ask = Ask::post("/device_authorization").basic(client.0, client.1).form(&[("scope", scope)]);
        let reply = ask.send(house).await.ok();
        Self {
            client: (client.0.to_owned(), client.1.to_owned()),
            device_code: reply.member("device_code"),
            user_code: reply.member("user_code"),
        }
    }

    /// Polls the token endpoint.
    pub async fn poll(&self, house: &House) -> Reply {
        self.poll_with(house, &[]).await
    }

    /// The same with more parameters.
    pub async fn poll_with(&self, house: &House, more: &[(&str, &str)]) -> Reply {
        let mut form = vec![("grant_type", DEVICE_CODE), ("device_code", self.device_code.as_str())];
        form.extend_from_slice(more);
        house.token((&self.client.0, &self.client.1), &form).await
    }

    /// The user opens the page, enters the code and decides.
    pub async fn answered(&self, house: &House, browser: &mut Browser, decision: &str) -> Reply {
        let page = browser.device(house, &self.user_code).await;
        browser.device_decide(house, &page, decision).await
    }
}

impl Browser {
    /// Opens the page with a code, and signs in if asked.
    pub async fn device(&mut self, house: &House, user_code: &str) -> Reply {
        self.device_from(house, user_code, RequestSource::default()).await
    }

    /// The same from an address.
    pub async fn device_from(&mut self, house: &House, user_code: &str, origin: RequestSource) -> Reply {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("user_code", user_code).finish();
        let page = self.send(house, Ask::get(&format!("/device?{query}")).from(origin.clone())).await;
        if !page.text().contains("type=\"password\"") {
            return page;
        }
        let reply = self.sign_in(house, &page).await;
        assert_eq!(reply.status, 303, "{}", reply.show());
        let to = reply.header("location").unwrap().to_owned();
        self.send(house, Ask::get(&to).from(origin)).await
    }

    /// Submits the device page.
    pub async fn device_decide(&mut self, house: &House, page: &Reply, decision: &str) -> Reply {
        let form = page.form();
        assert_eq!(form.stage(), "device");
        self.send(house, Ask::post("/device").form(&[("ticket", &form.ticket), ("decision", decision)])).await
    }
}
