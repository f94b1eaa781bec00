//! Just enough HTML to read Jeton's own pages: tags with their attributes, entities undone.

/// An opening or closing tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Its lower-case name, `/form` for a closing one.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// An attribute's value; empty for an attribute without one.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Every tag of a document in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = tag(after);
        tags.push(tag);
        rest = after;
    }
    tags
}

/// Reads one tag after its `<`, and returns what follows its `>`.
fn tag(text: &str) -> (Tag, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix('=') {
            None => ("", after),
            Some(quoted) => match quoted.strip_prefix('"').and_then(|inner| inner.split_once('"')) {
                Some(found) => found,
                None => quoted.split_at(quoted.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(quoted.len())),
            },
        };
        // A stray `=` would otherwise never be passed.
        rest = if end == 0 && value.is_empty() { after.get(1..).unwrap_or_default() } else { after };
        attributes.push((name.to_lowercase(), unescape(value)));
    }
    (Tag { name: name.to_lowercase(), attributes }, rest.strip_prefix('>').unwrap_or(rest))
}

/// Undoes the five named entities and the numeric ones.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        match after.split_once(';').and_then(|(entity, tail)| Some((character(entity)?, tail))) {
            Some((c, tail)) => {
                plain.push(c);
                rest = tail;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_attributes_and_entities() {
        let tags = tags("<p>a<input type=hidden NAME=\"n\" value=\"&#34;a&amp;b&#x3e;&bogus;\" required></p>");
        let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["p", "input", "/p"]);
        assert_eq!(tags[1].attribute("type"), Some("hidden"));
        assert_eq!(tags[1].attribute("name"), Some("n"));
        assert_eq!(tags[1].attribute("value"), Some("\"a&b>&bogus;"));
        assert_eq!(tags[1].attribute("required"), Some(""));
    }

    #[test]
    fn ends_on_anything() {
        for text in ["<", "<a", "<a =", "<a b=", "<a b=\"c", "<a = = >", "<<>>", "&#xffffffff;"] {
            let _ = tags(text);
        }
    }
}
