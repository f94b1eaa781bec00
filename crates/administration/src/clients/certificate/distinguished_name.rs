//! Distinguished names: as text (RFC 4514) and in certificates, compared by RFC 4517 section 4.2.15.
//!
//! Values are compared without case and with each run of spaces as one, by the matching rule of nearly all naming attributes.

use x509_parser::x509::X509Name;

/// Short names (RFC 4514 section 3, RFC 4519, and those that tools write) and their OIDs.
const TYPES: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("COMMONNAME", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("S", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("TITLE", "2.5.4.12"),
    ("T", "2.5.4.12"),
    ("GN", "2.5.4.42"),
    ("GIVENNAME", "2.5.4.42"),
    ("DNQUALIFIER", "2.5.4.46"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("E", "1.2.840.113549.1.9.1"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// A name: its parts from the most specific to the root, each a set of attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistinguishedName(Vec<Vec<(String, String)>>);

impl DistinguishedName {
    /// Parses RFC 4514 text; spaces around separators are allowed. None when it is malformed or empty.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = vec![Vec::new()];
        let mut rest = text;
        loop {
            let (name, behind) = rest.split_once('=')?;
            let (value, end, behind) = value(behind)?;
            parts.last_mut()?.push((oid(name.trim())?, folded(&value)));
            match end {
                None => break,
                Some('+') => {}
                Some(_) => parts.push(Vec::new()),
            }
            rest = behind;
        }
        Some(Self::sorted(parts))
    }

    /// A name in a certificate, which begins at the root. None when a value is not text, or there is no name.
    pub(crate) fn of(name: &X509Name<'_>) -> Option<Self> {
        let mut parts = Vec::new();
        for part in name.iter_rdn() {
            let attributes = part.iter().map(|a| Some((a.attr_type().to_id_string(), folded(a.as_str().ok()?))));
            parts.push(attributes.collect::<Option<Vec<_>>>()?);
        }
        parts.reverse();
        (!parts.is_empty()).then(|| Self::sorted(parts))
    }

    fn sorted(mut parts: Vec<Vec<(String, String)>>) -> Self {
        parts.iter_mut().for_each(|part| part.sort());
        Self(parts)
    }
}

fn oid(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    if let Some((_, oid)) = TYPES.iter().find(|(short, _)| *short == upper) {
        return Some((*oid).to_owned());
    }
    let dotted = upper.strip_prefix("OID.").unwrap_or(&upper);
    let is_oid =
        dotted.contains('.') && dotted.split('.').all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    is_oid.then(|| dotted.to_owned())
}

/// A value without its escapes, the separator after it, and the rest.
fn value(text: &str) -> Option<(String, Option<char>, &str)> {
    let text = text.trim_start_matches(' ');
    if text.starts_with('#') {
        // A value in DER: not supported, since no client registers one.
        return None;
    }
    let mut bytes = Vec::new();
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' => {
                let (_, next) = chars.next()?;
                match next.to_digit(16) {
                    Some(high) => {
                        let low = chars.next()?.1.to_digit(16)?;
                        bytes.push(u8::try_from(high * 16 + low).ok()?);
                    }
                    None if next.is_ascii_punctuation() || next == ' ' => bytes.push(u8::try_from(next).ok()?),
                    None => return None,
                }
            }
            ',' | ';' | '+' if !quoted => return Some((String::from_utf8(bytes).ok()?, Some(c), text.get(at + 1..)?)),
            other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    if quoted { None } else { Some((String::from_utf8(bytes).ok()?, None, "")) }
}

fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<DistinguishedName> {
        DistinguishedName::parse(text)
    }

    #[test]
    fn spelling_does_not_matter_and_content_does() {
        let name = parse("CN=App One,O=Example\\, Inc.,C=FR");
        assert!(name.is_some());
        for same in [
            "cn=app  one, o=EXAMPLE\\2C Inc. , c=fr",
            "2.5.4.3=App One,OID.2.5.4.10=\"Example, Inc.\",C=FR",
            "CN = App One; O=Example\\, Inc.; C=FR",
        ] {
            assert_eq!(parse(same), name, "{same}");
        }
        for other in [
            "CN=App One,O=Example\\, Inc.",
            "C=FR,O=Example\\, Inc.,CN=App One",
            "CN=App One+O=Example\\, Inc.,C=FR",
            "CN=AppOne,O=Example\\, Inc.,C=FR",
            "CN=App One,O=Example\\, Inc.,C=FR,C=FR",
            "OU=App One,O=Example\\, Inc.,C=FR",
        ] {
            assert_ne!(parse(other), name, "{other}");
        }
    }

    #[test]
    fn attributes_of_one_part_have_no_order() {
        assert_eq!(parse("CN=a+OU=b,C=FR"), parse("OU=b+CN=a,C=FR"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["", "CN", "CN=a,", "=a", "XX=a", "CN=\"a", "CN=a\\", "CN=a\\4", "CN=#0401", "CN=a,,O=b", "1=a"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
