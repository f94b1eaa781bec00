//! The page that carries an authorization response in a form (`response_mode=form_post`).

use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jeton_core::Refusal;
use jeton_core::refusals::FAULT;

use super::{ClientName, FormTargets, respond_with_script, source_hash};

/// The script, byte for byte. It uses the prototype because a field named
/// `submit` would hide the form's own method.
pub const AUTO_SUBMIT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

static AUTO_SUBMIT_SOURCE: LazyLock<String> = LazyLock::new(|| source_hash(AUTO_SUBMIT));

/// Posts `fields` to the client: automatically if scripts run, else by its button.
#[derive(Debug, Clone)]
pub struct FormPostPage<'a> {
    /// The service's name.
    pub issuer_name: &'a str,
    /// The client's name.
    pub client_name: &'a str,
    /// The client's redirect URI.
    pub action: &'a str,
    /// The response's parameters, in order.
    pub fields: &'a [(&'a str, &'a str)],
}

impl<'a> FormPostPage<'a> {
    /// The page, 200. `targets` must cover `action`.
    #[must_use]
    pub fn render(self, targets: &FormTargets) -> Response {
        respond_with_script(StatusCode::OK, &self.view(), targets, &AUTO_SUBMIT_SOURCE)
    }

    /// The page alone, for a server that sends it itself.
    ///
    /// # Errors
    /// A fault when it cannot be rendered.
    pub fn html(self) -> Result<String, Refusal> {
        self.view().render().map_err(|error| FAULT.because(error))
    }

    fn view(self) -> View<'a> {
        View {
            issuer_name: self.issuer_name,
            client: ClientName::new(self.client_name),
            action: self.action,
            fields: self.fields,
        }
    }
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct View<'a> {
    issuer_name: &'a str,
    client: ClientName,
    action: &'a str,
    fields: &'a [(&'a str, &'a str)],
}
