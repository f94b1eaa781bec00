//! AWS Signature Version 4 of the one request that is sent: `POST /` with a form, three headers signed.
//!
//! The algorithm is published in the AWS documentation ("Signature Version 4 for API requests"). AWS's own crate for it brings a
//! dozen others with a runtime for its whole SDK; this one request needs a hash and four HMACs, which are here already.

use jeton_jose::Secret;
use jeton_jose::digest::{MacKey, sha256};
use jiff::tz::TimeZone;

use super::StsSettings;
use jeton_model::clock::Timestamp;
use jeton_model::outbound::OutboundAuthorization;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "sts";
/// The signed headers, sorted.
const SIGNED: &str = "content-type;host;x-amz-date";
/// As the outgoing request has it.
const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The signature of a request with this form. None: the time cannot be written.
pub(super) fn authorization(sts: &StsSettings, form: &str, at: Timestamp) -> Option<OutboundAuthorization> {
    let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?.to_zoned(TimeZone::UTC);
    let signer = Signer {
        key_id: &sts.access_key_id,
        secret: &sts.secret_access_key,
        region: &sts.region,
        service: SERVICE,
        date: at.strftime("%Y%m%d").to_string(),
        time: at.strftime("%Y%m%dT%H%M%SZ").to_string(),
    };
    let signature = Secret::new(signer.authorization(sts.host(), form));
    Some(OutboundAuthorization::Aws { date: signer.time, signature })
}

struct Signer<'a> {
    key_id: &'a str,
    secret: &'a Secret,
    region: &'a str,
    service: &'a str,
    /// `YYYYMMDD`.
    date: String,
    /// `YYYYMMDDTHHMMSSZ`.
    time: String,
}

impl Signer<'_> {
    fn authorization(&self, host: &str, form: &str) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let signature = self.signature(&scope, host, form);
        format!("{ALGORITHM} Credential={}/{scope}, SignedHeaders={SIGNED}, Signature={signature}", self.key_id)
    }

    fn signature(&self, scope: &str, host: &str, form: &str) -> String {
        let time = &self.time;
        let body = hex(&sha256(form.as_bytes()));
        let request =
            format!("POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\nx-amz-date:{time}\n\n{SIGNED}\n{body}");
        let text = format!("{ALGORITHM}\n{time}\n{scope}\n{}", hex(&sha256(request.as_bytes())));
        let first = Secret::new(format!("AWS4{}", self.secret.expose()));
        let mut key = mac(first.expose().as_bytes(), &self.date);
        for part in [self.region, self.service, "aws4_request"] {
            key = mac(&key, part);
        }
        hex(&mac(&key, &text))
    }
}

fn mac(key: &[u8], text: &str) -> [u8; 32] {
    MacKey::new(key).mac(&[text.as_bytes()])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `post-x-www-form-urlencoded` of AWS's published test suite for Signature Version 4.
    #[test]
    fn the_published_example_has_the_published_signature() {
        let secret = Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let signer = Signer {
            key_id: "AKIDEXAMPLE",
            secret: &secret,
            region: "us-east-1",
            service: "service",
            date: "20150830".into(),
            time: "20150830T123600Z".into(),
        };
        assert_eq!(
            signer.authorization("example.amazonaws.com", "Param1=value1"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, \
             Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
        );
    }
}
