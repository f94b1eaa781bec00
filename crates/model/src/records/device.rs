//! A device: a robot with its certificate.

use serde::{Deserialize, Serialize};

use super::bytes_text;
use crate::clock::Timestamp;
use crate::ids::{DeviceId, ServiceId, UserKey};

/// A robot or another device that tokens are issued to (`docs/contracts/vector.md` section 3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Primary key.
    pub id: DeviceId,
    /// The issuer it talks to.
    pub service: ServiceId,
    /// Its own name: the factory certificate's CN, `vic:<serial>`. Unique in the service.
    pub name: String,
    /// Its owner.
    pub owner: Option<UserKey>,
    /// SHA-256 of the public key pinned at first association.
    #[serde(default, with = "bytes_text")]
    pub key_pin: Option<[u8; 32]>,
    /// PEM of the certificate it serves apps with (`session_certificate`).
    #[serde(default, with = "bytes_text")]
    pub session_certificate: Option<Vec<u8>>,
    /// A disabled device gets nothing (`RevokeFactoryCertificate`).
    pub enabled: bool,
    /// When it was first seen.
    pub created: Timestamp,
    /// What the feature that issues tokens to it keeps with it, by its own names.
    #[serde(default)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn record(key_pin: &Value, certificate: &Value) -> Value {
        json!({
            "id": 1, "service": 1, "name": "vic:00601b50", "owner": null, "key_pin": key_pin,
            "session_certificate": certificate, "enabled": true, "created": 0, "other": {},
        })
    }

    #[test]
    fn bytes_are_one_text_and_lists_of_numbers_are_still_read() {
        let old: Device = serde_json::from_value(record(&json!(vec![7; 32]), &json!([80, 69, 77, 255]))).unwrap();
        assert_eq!((old.key_pin, old.session_certificate.as_deref()), (Some([7; 32]), Some(&b"PEM\xff"[..])));
        let written = serde_json::to_value(&old).unwrap();
        assert_eq!(written["session_certificate"], "UEVN_w");
        assert_eq!(serde_json::from_value::<Device>(written).unwrap(), old);

        let none: Device = serde_json::from_value(record(&Value::Null, &Value::Null)).unwrap();
        assert_eq!((none.key_pin, none.session_certificate), (None, None));
        for wrong in [json!("not base64!"), json!([1, 2, 256]), json!(7)] {
            assert!(serde_json::from_value::<Device>(record(&Value::Null, &wrong)).is_err(), "{wrong}");
        }
        assert!(serde_json::from_value::<Device>(record(&json!(vec![7; 31]), &Value::Null)).is_err());
    }
}
