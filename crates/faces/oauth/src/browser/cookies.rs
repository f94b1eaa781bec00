//! The cookies: the browser's secret, the session, the session's state, the mark of a browser in which somebody signed in before, and
//! the ticket of a sign-in page after a wrong password.
//!
//! All but the state are `HttpOnly`, `SameSite=Lax` and, under an https issuer, `Secure` with a prefix
//! ([`CookieName`](jeton_wire::CookieName)). An issuer with a path has cookies for that path.

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};
use jeton_core::authorization::browser_hash;
use jeton_core::model::Service;
use jeton_core::people::KNOWN_FOR;
use jeton_core::refusal::Refusal;
use jeton_core::{OAuth, Secret, formats::reference};
use jeton_wire::{cookie, cookie_name, cookie_path, known_cookie, own_path, session_cookie};

/// A sign-in page, by what follows it. Its ticket is kept in a cookie after a wrong password: then the browser is at an address that only
/// takes a form, and who opens it again gets the page again.
#[derive(Clone, Copy)]
pub(super) enum SignInForm {
    /// An authorization request.
    Request,
    /// A page of Jeton's own.
    OwnPage,
}

impl SignInForm {
    /// The only path that gets the cookie.
    fn path(self) -> &'static str {
        match self {
            Self::Request => "/authorization/sign-in",
            Self::OwnPage => "/sign-in",
        }
    }
}

/// As long as the page is valid, in seconds.
const KEPT_FOR: u32 = 30 * 60;

/// Browsers need not keep longer cookies than 4096 bytes, with name and attributes (RFC 6265 section 6.1).
const LONGEST_KEPT: usize = 3800;

/// Names of the cookies of an issuer.
pub(super) struct Cookies {
    issuer: Arc<str>,
}

impl Cookies {
    pub(super) fn of(service: &Service) -> Self {
        Self { issuer: Arc::clone(&service.issuer) }
    }

    /// The hash of the browser's secret.
    pub(super) fn browser(&self, headers: &HeaderMap) -> Option<[u8; 32]> {
        cookie(headers, self.browser_name()).map(browser_hash)
    }

    /// A new browser secret: its hash, and the header that sets it.
    pub(super) fn new_browser(&self, oauth: &OAuth) -> Result<([u8; 32], HeaderValue), Refusal> {
        let secret = reference::mint_with("br", 1, oauth.ledger.entropy())?;
        Ok((browser_hash(secret.expose()), self.set(self.browser_name(), &secret)))
    }

    /// The mark that earlier sign-ins left in this browser.
    pub(super) fn known<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, known_cookie(&self.issuer))
    }

    /// The header that marks the browser; the mark outlives the session.
    pub(super) fn set_known(&self, text: &Secret) -> HeaderValue {
        self.header(format!("{}={}; Max-Age={}", known_cookie(&self.issuer), text.expose(), KNOWN_FOR.as_secs()))
    }

    /// The ticket that was kept after a wrong password.
    pub(super) fn kept<'h>(&self, form: SignInForm, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.kept_name(form))
    }

    /// The header that keeps it; none for one that is too long.
    pub(super) fn keep(&self, form: SignInForm, ticket: &str) -> Option<HeaderValue> {
        (ticket.len() <= LONGEST_KEPT).then(|| self.of_form(form, ticket, KEPT_FOR))
    }

    /// The header that removes it, if the browser sent one.
    pub(super) fn forget(&self, form: SignInForm, headers: &HeaderMap) -> Option<HeaderValue> {
        self.kept(form, headers).map(|_| self.of_form(form, "", 0))
    }

    fn kept_name(&self, form: SignInForm) -> &'static str {
        // Not for all paths, so not `__Host-`.
        let name = match form {
            SignInForm::Request => cookie_name!("jeton_request"),
            SignInForm::OwnPage => cookie_name!("jeton_page"),
        };
        if self.is_secure() { name.secure } else { name.plain }
    }

    fn of_form(&self, form: SignInForm, ticket: &str, seconds: u32) -> HeaderValue {
        let (name, path) = (self.kept_name(form), own_path(&self.issuer, form.path()));
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let text = format!("{name}={ticket}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    /// The header that sets the session cookie.
    pub(super) fn set_session(&self, text: &Secret) -> HeaderValue {
        self.set(self.session_name(), text)
    }

    /// The headers that remove the session and its state.
    pub(super) fn end_session(&self) -> [HeaderValue; 2] {
        [self.header(format!("{}=; Max-Age=0", self.session_name())), self.readable("", "; Max-Age=0")]
    }

    /// The header that sets the state that the iframe of `/check_session` reads.
    pub(super) fn set_state(&self, state: &str) -> HeaderValue {
        self.readable(state, "")
    }

    /// The only cookie that scripts may read, also in a frame of another site: it only shows whether the session changed.
    fn readable(&self, value: &str, end: &str) -> HeaderValue {
        let name = cookie_name!("jeton_state").under(&self.issuer);
        let (path, site) = (cookie_path(&self.issuer), if self.is_secure() { "None; Secure" } else { "Lax" });
        let text = format!("{name}={value}{end}; Path={path}; SameSite={site}");
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }

    fn set(&self, name: &str, text: &Secret) -> HeaderValue {
        self.header(format!("{name}={}", text.expose()))
    }

    fn header(&self, pair: String) -> HeaderValue {
        let (path, secure) = (cookie_path(&self.issuer), if self.is_secure() { "; Secure" } else { "" });
        let text = format!("{pair}; Path={path}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }

    fn session_name(&self) -> &'static str {
        session_cookie(&self.issuer)
    }

    fn is_secure(&self) -> bool {
        self.issuer.starts_with("https://")
    }

    fn browser_name(&self) -> &'static str {
        cookie_name!("jeton_browser").under(&self.issuer)
    }
}
