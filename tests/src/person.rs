//! A person with a browser's cookies, who follows redirects and fills in forms.

use anyhow::{Context as _, Result, bail};
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use url::Url;

use crate::form::{Form, forms};

/// More steps than any sign-in takes: a loop, then.
const STEPS: usize = 12;

/// A person with a separate cookie jar.
#[derive(Debug, Clone)]
pub struct Person {
    browser: Client,
    /// What they type as their name.
    pub username: String,
    /// What they type as their password.
    pub password: String,
}

/// How a journey through the pages ended.
#[derive(Debug)]
pub struct Journey {
    /// Where the client was called back, parameters and all.
    pub callback: Url,
    /// What the browser posts there; nothing: it gets it (`response_mode=form_post`).
    pub posted: Vec<(String, String)>,
    /// The pages that were answered on the way, in order: `login`, `consent`.
    pub answered: Vec<&'static str>,
}

impl Person {
    /// A person with an empty cookie jar.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub fn new(username: &str, password: &str) -> Result<Self> {
        let browser = Client::builder().no_proxy().cookie_store(true).redirect(Policy::none()).build()?;
        Ok(Self { browser, username: username.to_owned(), password: password.to_owned() })
    }

    /// The browser itself, with its cookies.
    #[must_use]
    pub fn browser(&self) -> Client {
        self.browser.clone()
    }

    /// Goes through sign-in and consent until the browser is sent to `redirect_uri`.
    ///
    /// # Errors
    /// A page is an error page, contains no form, or the sequence does not end.
    pub async fn authorize(&self, address: &Url, redirect_uri: &str) -> Result<Journey> {
        self.answer(address, redirect_uri, "approve").await
    }

    /// The same, with `decision` on the consent page.
    ///
    /// # Errors
    /// As [`authorize`](Self::authorize).
    pub async fn answer(&self, address: &Url, redirect_uri: &str, decision: &str) -> Result<Journey> {
        let mut answered = Vec::new();
        let mut here = address.clone();
        let mut answer = self.browser.get(here.clone()).send().await?;
        for _ in 0..STEPS {
            if answer.status().is_redirection() {
                here = target(&here, &answer)?;
                if here.as_str().starts_with(redirect_uri) {
                    return Ok(Journey { callback: here, posted: Vec::new(), answered });
                }
                answer = self.browser.get(here.clone()).send().await?;
                continue;
            }
            let status = answer.status();
            let page = answer.text().await?;
            if !status.is_success() {
                bail!("{here} answered {status}:\n{page}");
            }
            let mut form = the_form(&here, &page)?;
            if form.action.as_str().starts_with(redirect_uri) {
                return Ok(Journey { callback: form.action, posted: form.fields, answered });
            }
            let posted = if form.has("password") {
                answered.push("login");
                form.fill("username", &self.username)?;
                form.fill("password", &self.password)?;
                form.fields
            } else {
                answered.push("consent");
                form.press("decision", decision)?
            };
            here = form.action;
            answer = self.browser.post(here.clone()).form(&posted).send().await?;
        }
        bail!("no way back to {redirect_uri} after {STEPS} steps; answered {answered:?}, now at {here}")
    }

    /// Opens the page of a device with its code in the URL, signs in when asked, and presses a button there.
    ///
    /// # Errors
    /// A page is an error page or contains no such form.
    pub async fn answer_device(&self, address: &Url, decision: &str) -> Result<()> {
        let mut here = address.clone();
        let mut answer = self.browser.get(here.clone()).send().await?;
        for _ in 0..STEPS {
            if answer.status().is_redirection() {
                here = target(&here, &answer)?;
                answer = self.browser.get(here.clone()).send().await?;
                continue;
            }
            let status = answer.status();
            let page = answer.text().await?;
            if !status.is_success() {
                bail!("{here} answered {status}:\n{page}");
            }
            let mut form = the_form(&here, &page)?;
            if !form.has("password") {
                let said =
                    self.browser.post(form.action.clone()).form(&form.press("decision", decision)?).send().await?;
                return Ok(said.error_for_status().map(drop)?);
            }
            form.fill("username", &self.username)?;
            form.fill("password", &self.password)?;
            here = form.action;
            answer = self.browser.post(here.clone()).form(&form.fields).send().await?;
        }
        bail!("{address} asks nothing after {STEPS} steps, now at {here}")
    }
}

fn the_form(here: &Url, page: &str) -> Result<Form> {
    forms(here, page)?.into_iter().next().with_context(|| format!("a form on {here}:\n{page}"))
}

fn target(here: &Url, answer: &Response) -> Result<Url> {
    let location = answer.headers().get(LOCATION).context("a redirect says where to")?;
    Ok(here.join(location.to_str()?)?)
}
