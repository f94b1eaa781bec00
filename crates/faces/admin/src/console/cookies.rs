//! The console's cookies: the session, and before sign-in the browser's secret that the sign-in form is bound to; and, shared
//! with the sign-in pages of applications, the mark of a browser in which somebody signed in before.
//!
//! The first two are `HttpOnly` and `SameSite=Strict`: no script reads them and no other site sends them. Under an https issuer
//! they are `Secure` with a prefix ([`CookieName`](jeton_wire::CookieName)). An issuer with a path has cookies for that path.

use http::{HeaderMap, HeaderValue};
use jeton_core::people::KNOWN_FOR;
use jeton_core::refusals::NOT_FOUND;
use jeton_core::{Refusal, Secret};
use jeton_wire::{cookie, cookie_name, cookie_path, known_cookie, session_cookie};

use crate::AdminState;

/// Names of the cookies of an issuer.
pub(super) struct Cookies {
    issuer: Box<str>,
}

impl Cookies {
    pub(super) fn of(state: &AdminState) -> Result<Self, Refusal> {
        let service =
            state.administration.ledger.entities().service(state.service).ok_or_else(|| NOT_FOUND.with("service"))?;
        Ok(Self::under(&service.issuer))
    }

    fn under(issuer: &str) -> Self {
        Self { issuer: issuer.into() }
    }

    /// The mark that earlier sign-ins left in this browser.
    pub(super) fn known<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, known_cookie(&self.issuer))
    }

    /// The header that marks the browser. It grants no access, so other sites may send it along, as on the other pages.
    pub(super) fn set_known(&self, text: &Secret) -> HeaderValue {
        self.on_site(
            "Lax",
            &format!("{}={}; Max-Age={}", known_cookie(&self.issuer), text.expose(), KNOWN_FOR.as_secs()),
        )
    }

    /// The session token.
    pub(super) fn session<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.session_name())
    }

    /// The browser's secret.
    pub(super) fn browser<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.browser_name())
    }

    /// The header that sets the session cookie.
    pub(super) fn set_session(&self, text: &Secret) -> HeaderValue {
        self.header(&format!("{}={}", self.session_name(), text.expose()))
    }

    /// The header that sets the browser's secret.
    pub(super) fn set_browser(&self, text: &Secret) -> HeaderValue {
        self.header(&format!("{}={}", self.browser_name(), text.expose()))
    }

    /// The header that removes the session cookie.
    pub(super) fn end_session(&self) -> HeaderValue {
        self.header(&format!("{}=; Max-Age=0", self.session_name()))
    }

    fn header(&self, pair: &str) -> HeaderValue {
        self.on_site("Strict", pair)
    }

    fn on_site(&self, site: &str, pair: &str) -> HeaderValue {
        let secure = if self.issuer.starts_with("https://") { "; Secure" } else { "" };
        let text = format!("{pair}; Path={}; HttpOnly; SameSite={site}{secure}", cookie_path(&self.issuer));
        let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    fn session_name(&self) -> &'static str {
        cookie_name!("jeton_console").under(&self.issuer)
    }

    fn browser_name(&self) -> &'static str {
        cookie_name!("jeton_console_browser").under(&self.issuer)
    }
}

/// The cookies that may hold a session: the console's, and that of the sign-in pages of applications.
pub(crate) fn session_names(issuer: &str) -> [&'static str; 2] {
    [Cookies::under(issuer).session_name(), session_cookie(issuer)]
}
