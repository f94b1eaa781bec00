//! The answer of the security token service: XML, of which four texts are read.

use jeton_jose::Secret;

use crate::StsCredentials;

/// The credentials, if all four members are there: a robot ends its process on an answer without one.
pub(super) fn credentials(xml: &str) -> Option<StsCredentials> {
    let inner = element(xml, "Credentials")?;
    let text = |name| element(inner, name).map(str::trim).filter(|text| is_plain(text));
    let expiration = text("Expiration")?;
    // A robot reads it as RFC 3339.
    expiration.parse::<jiff::Timestamp>().ok()?;
    Some(StsCredentials {
        access_key_id: text("AccessKeyId")?.to_owned(),
        secret_access_key: Secret::new(text("SecretAccessKey")?),
        session_token: Secret::new(text("SessionToken")?),
        expiration: expiration.to_owned(),
    })
}

/// Why there are none, for the log.
pub(super) fn error_code(xml: &str) -> Option<&str> {
    element(element(xml, "Error")?, "Code").map(str::trim).filter(|text| is_plain(text))
}

/// What is in the first element of this name. Its members are keys, in the alphabet of base64, and a time: none has an entity.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'&'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>
        <AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s/+=</SecretAccessKey><SessionToken>t//=</SessionToken>
        <Expiration>2026-11-30T12:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

    #[test]
    fn all_four_members_are_read() {
        let read = credentials(WHOLE).unwrap();
        assert_eq!((&*read.access_key_id, read.secret_access_key.expose()), ("ASIA", "s/+="));
        assert_eq!((read.session_token.expose(), &*read.expiration), ("t//=", "2026-11-30T12:00:00Z"));
    }

    #[test]
    fn without_one_of_them_there_are_none() {
        for name in ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] {
            let start = WHOLE.find(&format!("<{name}>")).unwrap();
            let end = WHOLE.find(&format!("</{name}>")).unwrap();
            let without = format!("{}{}", &WHOLE[..start], &WHOLE[end..]);
            assert!(credentials(&without).is_none(), "{name}");
            let empty = format!("{}{}", &WHOLE[..start + name.len() + 2], &WHOLE[end..]);
            assert!(credentials(&empty).is_none(), "{name} is empty");
        }
        assert!(credentials(&WHOLE.replace("12:00", "noon")).is_none());
        for junk in ["", "<Credentials>", "</Credentials><Credentials>", "{}"] {
            assert!(credentials(junk).is_none());
        }
    }

    #[test]
    fn an_error_has_a_code() {
        let xml = "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>";
        assert_eq!(error_code(xml), Some("AccessDenied"));
        assert_eq!(error_code("<html>"), None);
    }
}
