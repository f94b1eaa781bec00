//! The body of an import, and the result for each token in it.

use jeton_core::administration::Members;
use jeton_core::api_tokens::{ImportEnd, ImportedToken};
use jeton_core::ids::TokenId;
use jeton_core::refusal::invalid;
use jeton_core::refusals::PARAMETER_MISSING;
use jeton_core::{Refusal, Scope, Timestamp};
use jeton_jose::base64url;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::wire::ranges;

/// Members of the body.
pub(crate) const MEMBERS: &[&str] = &["tokens"];

/// Reads the body: a list in which each token is checked on its own.
pub(super) fn read(mut members: Members) -> Result<Vec<Result<ImportedToken, Refusal>>, Refusal> {
    let tokens: Vec<Map<String, Value>> = members.take("tokens")?.ok_or_else(|| PARAMETER_MISSING.with("tokens"))?;
    members.finish(&[])?;
    Ok(tokens.into_iter().map(|token| one(Members::new(token))).collect())
}

fn one(mut members: Members) -> Result<ImportedToken, Refusal> {
    let written: String = members.take("hash")?.ok_or_else(|| PARAMETER_MISSING.with("hash"))?;
    let new = ImportedToken {
        hash: hash(&written).ok_or_else(|| invalid("hash", "must be SHA-256 in hex or base64url"))?,
        name: members.take("name")?.ok_or_else(|| PARAMETER_MISSING.with("name"))?,
        description: members.take("description")?,
        user: members.take("username")?,
        client: members.take("client_id")?,
        scope: members.take::<Scope>("scope")?,
        end: end(&mut members)?,
        ranges: ranges(&mut members)?.unwrap_or_default(),
    };
    members.finish(&[])?;
    Ok(new)
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Seconds(i64),
    Word(String),
}

/// `expires_at`: seconds since 1970, or `"never"`.
fn end(members: &mut Members) -> Result<ImportEnd, Refusal> {
    match members.take("expires_at")? {
        None => Ok(ImportEnd::Usual),
        Some(Written::Seconds(seconds)) => Ok(ImportEnd::At(Timestamp::from_seconds(seconds))),
        Some(Written::Word(word)) if word == "never" => Ok(ImportEnd::Never),
        Some(Written::Word(_)) => Err(invalid("expires_at", "must be seconds since 1970, or \"never\"")),
    }
}

/// 32 bytes as 64 hex digits, or in base64url with or without padding.
fn hash(written: &str) -> Option<[u8; 32]> {
    if written.len() != 64 {
        return base64url::decode(written.strip_suffix('=').unwrap_or(written)).ok()?.try_into().ok();
    }
    let digits: Vec<u8> = written.chars().map_while(|c| c.to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    let bytes: Vec<u8> =
        digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    bytes.try_into().ok()
}

/// The results, in the order in which the tokens were sent.
pub(super) fn answer(outcomes: &[Result<TokenId, Refusal>]) -> Value {
    let results = outcomes.iter().enumerate().map(|(index, outcome)| match outcome {
        Ok(id) => json!({ "index": index, "id": id }),
        Err(refusal) => json!({ "index": index, "error": refusal.id(), "message": refusal.message() }),
    });
    json!({ "imported": outcomes.iter().flatten().count(), "results": results.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn a_hash_is_read_in_hex_and_base64url() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let bytes = hash(hex).unwrap();
        assert_eq!((bytes[0], bytes[31]), (0xe3, 0x55));
        assert_eq!(hash(&hex.to_uppercase()), Some(bytes));
        for other in ["47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="] {
            assert_eq!(hash(other), Some(bytes), "{other}");
        }
        for wrong in [
            "",
            "e3",
            &hex[..63],
            &format!("{}g", &hex[..63]),
            &format!("{hex}00"),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            &"é".repeat(32),
        ] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
    }
}
