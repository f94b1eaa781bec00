//! The form on one of Jeton's pages.

/// Where it posts to, and its fields.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// The ticket that binds the answer to this page.
    pub ticket: String,
    /// Whether it asks for a password.
    pub asks_password: bool,
}

impl Form {
    /// The first form of a page.
    pub fn on(html: &str) -> Option<Self> {
        let (_, form) = html.split_once("<form ")?;
        let (form, _) = form.split_once("</form>")?;
        Some(Self {
            action: attribute(form, "action")?,
            ticket: attribute(form.split_once("name=\"ticket\"")?.1, "value")?,
            asks_password: form.contains("type=\"password\""),
        })
    }

    /// The page that a form belongs to.
    pub fn stage(&self) -> &'static str {
        match self.action.as_str() {
            "/authorization/sign-in" | "/sign-in" => "sign-in",
            "/authorization/consent" => "consent",
            "/device" => "device",
            "/uma/requests" => "owner",
            "/end_session/confirm" => "sign-out",
            other => panic!("an unknown form: {other}"),
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Name and value of an input, with character references decoded.
pub(crate) fn named_value(tag: &str) -> (String, String) {
    let part = |name| {
        let text = attribute(tag, name).unwrap();
        let text = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
        text.replace("&#60;", "<")
            .replace("&lt;", "<")
            .replace("&#62;", ">")
            .replace("&gt;", ">")
            .replace("&#38;", "&amp;")
    };
    (part("name"), part("value").replace("&amp;", "&"))
}
