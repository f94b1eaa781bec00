//! The forms on a page, as a person finds them.

use anyhow::{Context as _, Result};
use url::Url;

use crate::html::{Tag, tags};

/// A form with the values that it would post unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it posts to.
    pub action: Url,
    /// Its fields' names and values in order.
    pub fields: Vec<(String, String)>,
    /// Its named buttons: pressing one adds its name and value.
    pub buttons: Vec<(String, String)>,
}

impl Form {
    /// Whether a field of that name exists.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == field)
    }

    /// Enters `value` into a field.
    ///
    /// # Errors
    /// The field does not exist.
    pub fn fill(&mut self, field: &str, value: &str) -> Result<()> {
        let slot = self.fields.iter_mut().find(|(name, _)| name == field);
        slot.with_context(|| format!("a field {field}"))?.1 = value.to_owned();
        Ok(())
    }

    /// The values posted when the button with that name and value is pressed.
    ///
    /// # Errors
    /// The button does not exist.
    pub fn press(&self, name: &str, value: &str) -> Result<Vec<(String, String)>> {
        let button = self.buttons.iter().find(|(n, v)| n == name && v == value);
        let button = button.with_context(|| format!("a button {name}={value}"))?;
        Ok(self.fields.iter().chain([button]).cloned().collect())
    }
}

/// The forms of the page at `address`.
///
/// # Errors
/// A form's action is not a URL.
pub fn forms(address: &Url, html: &str) -> Result<Vec<Form>> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    for tag in tags(html) {
        match (tag.name.as_str(), open.then(|| forms.last_mut()).flatten()) {
            ("form", _) => {
                open = true;
                let action = address.join(tag.attribute("action").unwrap_or_default())?;
                forms.push(Form { action, fields: Vec::new(), buttons: Vec::new() });
            }
            ("/form", _) => open = false,
            ("input", Some(form)) => form.fields.extend(named(&tag)),
            ("button", Some(form)) => form.buttons.extend(named(&tag)),
            _ => {}
        }
    }
    Ok(forms)
}

fn named(tag: &Tag) -> Option<(String, String)> {
    Some((tag.attribute("name")?.to_owned(), tag.attribute("value").unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_fields_and_buttons() {
        let page = r#"<input name="outside"><form method="post" action="../go?a=1&amp;b=2">
            <input type="hidden" name="ticket" value="t"><input name="username">
            <button name="decision" value="deny">No</button><button type="submit">Plain</button></form>"#;
        let mut forms = forms(&Url::parse("http://h/x/y/z").unwrap(), page).unwrap();
        assert_eq!(forms.len(), 1);
        let form = &mut forms[0];
        assert_eq!(form.action.as_str(), "http://h/x/go?a=1&b=2");
        assert!(form.has("ticket") && !form.has("outside"));
        form.fill("username", "alice").unwrap();
        assert!(form.fill("absent", "").is_err());
        assert!(form.press("decision", "approve").is_err());
        let posted = form.press("decision", "deny").unwrap();
        let posted: Vec<_> = posted.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(posted, [("ticket", "t"), ("username", "alice"), ("decision", "deny")]);
    }
}
