//! How the value of a member is written in the contract's documents, and how in RFC 7591 metadata.

use serde_json::{Map, Value};

use crate::grant_types;

/// A form of values. Nothing, an empty list and `false` are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The same text.
    Text,
    /// The same texts.
    Texts,
    /// The same flag.
    Flag,
    /// The same number; zero is none.
    Number,
    /// A constant in capitals: `WEB` is `web`.
    Constant,
    /// A signature algorithm, in the same spelling; `NONE` is none.
    Signature,
    /// An algorithm of encryption, spelled with underscores: `RSA_OAEP_256` is `RSA-OAEP-256`.
    Encryption,
    /// A text that contains a JWK Set.
    Keys,
    /// Constants of grants.
    Grants,
    /// Constants of response types: `CODE_ID_TOKEN` is `code id_token`.
    ResponseTypes,
}

/// Algorithms whose constant is not made by putting underscores for hyphens.
const ENCRYPTION: [(&str, &str); 9] = [
    ("RSA1_5", "RSA1_5"),
    ("DIR", "dir"),
    ("ECDH_ES", "ECDH-ES"),
    ("ECDH_ES_A128KW", "ECDH-ES+A128KW"),
    ("ECDH_ES_A192KW", "ECDH-ES+A192KW"),
    ("ECDH_ES_A256KW", "ECDH-ES+A256KW"),
    ("PBES2_HS256_A128KW", "PBES2-HS256+A128KW"),
    ("PBES2_HS384_A192KW", "PBES2-HS384+A192KW"),
    ("PBES2_HS512_A256KW", "PBES2-HS512+A256KW"),
];

const RESPONSE_TYPES: [(&str, &str); 8] = [
    ("NONE", "none"),
    ("CODE", "code"),
    ("TOKEN", "token"),
    ("ID_TOKEN", "id_token"),
    ("CODE_TOKEN", "code token"),
    ("CODE_ID_TOKEN", "code id_token"),
    ("ID_TOKEN_TOKEN", "id_token token"),
    ("CODE_ID_TOKEN_TOKEN", "code id_token token"),
];

impl Form {
    /// What a value of a document must be.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Texts => "a list of strings",
            Self::Flag => "true or false",
            Self::Number => "a whole number",
            Self::Constant | Self::Signature | Self::Encryption => "one of the contract's constants",
            Self::Keys => "a string with a JWK Set",
            Self::Grants | Self::ResponseTypes => "a list of the contract's constants",
        }
    }

    /// The metadata value of a document's; none: nothing. An error when it is no such value.
    pub(super) fn metadata(self, value: &Value) -> Result<Option<Value>, ()> {
        let made = match (self, value) {
            (_, Value::Null) => return Ok(None),
            (Self::Flag, Value::Bool(flag)) => return Ok(flag.then(|| Value::Bool(true))),
            (Self::Number, Value::Number(number)) => {
                let number = number.as_i64().ok_or(())?;
                return Ok((number > 0).then(|| number.into()));
            }
            (Self::Keys, Value::Object(_)) => value.clone(),
            (Self::Texts, Value::Array(all)) => Value::Array(each(all, |text| Some(text.to_owned()))?),
            (Self::Grants, Value::Array(all)) => {
                Value::Array(each(all, |name| grant_types::of_wire(name).map(str::to_owned))?)
            }
            (Self::ResponseTypes, Value::Array(all)) => {
                let known = |name: &str| RESPONSE_TYPES.iter().find(|(constant, _)| *constant == name);
                Value::Array(each(all, |name| known(name).map(|(_, name)| (*name).to_owned()))?)
            }
            (Self::Text | Self::Constant | Self::Signature | Self::Encryption | Self::Keys, Value::String(text)) => {
                match (self, text.as_str()) {
                    (_, "") | (Self::Signature, "NONE") => return Ok(None),
                    (Self::Text, text) => text.into(),
                    (Self::Constant, text) => text.to_ascii_lowercase().into(),
                    (Self::Signature, text) => text.into(),
                    (Self::Encryption, text) => encryption_name(text).into(),
                    (_, text) => Value::Object(serde_json::from_str::<Map<String, Value>>(text).map_err(drop)?),
                }
            }
            _ => return Err(()),
        };
        Ok(Some(made).filter(|made| !is_nothing(made)))
    }

    /// The document's value of one of the metadata; none where the contract has none.
    pub(super) fn constant(self, value: &Value) -> Option<Value> {
        let all = |of: &dyn Fn(&str) -> Option<&'static str>| {
            let names = value.as_array()?.iter().filter_map(|name| of(name.as_str()?));
            Some(Value::Array(names.map(Value::from).collect()))
        };
        match self {
            Self::Text | Self::Texts | Self::Flag | Self::Number | Self::Signature => Some(value.clone()),
            Self::Constant => Some(value.as_str()?.to_ascii_uppercase().into()),
            Self::Encryption => {
                let name = value.as_str()?;
                let known = ENCRYPTION.iter().find(|(_, known)| *known == name);
                Some(known.map_or_else(|| name.replace('-', "_"), |(constant, _)| (*constant).to_owned()).into())
            }
            Self::Keys => Some(value.to_string().into()),
            Self::Grants => all(&|name| grant_types::name(name)),
            Self::ResponseTypes => {
                all(&|name| RESPONSE_TYPES.iter().find(|(_, known)| *known == name).map(|(constant, _)| *constant))
            }
        }
    }
}

/// The name of an algorithm of encryption in the standards.
pub(crate) fn encryption_name(constant: &str) -> String {
    let known = ENCRYPTION.iter().find(|(known, _)| *known == constant);
    known.map_or_else(|| constant.replace('_', "-"), |(_, name)| (*name).to_owned())
}

/// Whether a metadata value says no more than its absence.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(all) => all.is_empty(),
        _ => false,
    }
}

fn each(all: &[Value], of: impl Fn(&str) -> Option<String>) -> Result<Vec<Value>, ()> {
    let all = all.iter().filter(|value| !value.is_null());
    all.map(|value| value.as_str().and_then(&of).map(Value::from).ok_or(())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Form;

    #[test]
    fn constants_have_the_names_of_the_standards() {
        for (form, constant, name) in [
            (Form::Constant, json!("CLIENT_SECRET_BASIC"), json!("client_secret_basic")),
            (Form::Encryption, json!("RSA_OAEP_256"), json!("RSA-OAEP-256")),
            (Form::Encryption, json!("A128CBC_HS256"), json!("A128CBC-HS256")),
            (Form::Encryption, json!("ECDH_ES_A128KW"), json!("ECDH-ES+A128KW")),
            (Form::Grants, json!(["REFRESH_TOKEN"]), json!(["refresh_token"])),
            (Form::ResponseTypes, json!(["CODE", "CODE_ID_TOKEN"]), json!(["code", "code id_token"])),
            (Form::Keys, json!("{\"keys\":[]}"), json!({ "keys": [] })),
        ] {
            assert_eq!(form.metadata(&constant), Ok(Some(name.clone())), "{constant}");
            assert_eq!(form.constant(&name), Some(constant));
        }
        assert_eq!(Form::Number.metadata(&json!(0)), Ok(None));
        assert_eq!(Form::Flag.metadata(&json!(false)), Ok(None));
        assert_eq!(Form::Grants.metadata(&json!(["authorization_code"])), Err(()));
        assert_eq!(Form::Text.metadata(&json!(7)), Err(()));
    }
}
