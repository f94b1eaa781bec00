//! Bytes in a record as one text of base64url: `#[serde(default, with = "bytes_text")]`. A list of numbers, which earlier versions
//! wrote and which is four times as long, is read too.

use jeton_jose::base64url;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Numbers(Vec<u8>),
}

pub(super) fn serialize<B: AsRef<[u8]>, S: Serializer>(bytes: &Option<B>, to: S) -> Result<S::Ok, S::Error> {
    bytes.as_ref().map(|bytes| base64url::encode(bytes.as_ref())).serialize(to)
}

pub(super) fn deserialize<'de, B: TryFrom<Vec<u8>>, D: Deserializer<'de>>(from: D) -> Result<Option<B>, D::Error> {
    let bytes = match Option::<Written>::deserialize(from)? {
        None => return Ok(None),
        Some(Written::Text(text)) => base64url::decode(&text).map_err(D::Error::custom)?,
        Some(Written::Numbers(bytes)) => bytes,
    };
    bytes.try_into().map(Some).map_err(|_| D::Error::custom("another number of bytes is needed"))
}
