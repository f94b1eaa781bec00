//! The `claims` parameter, OIDC Core section 5.5: single claims requested for the ID token or for user info.

use std::collections::BTreeMap;

use jeton_jose::json::parse_object;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::value_of;
use jeton_ledger::catalog::Catalog;
use jeton_model::Refusal;
use jeton_model::records::User;
use jeton_model::refusals::PARAMETER_INVALID;
use jeton_model::scope::Scope;

/// How many claims one request may name.
const MOST: usize = 64;

/// The requested claims, and where they are to be returned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// In the answer of `/userinfo`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: BTreeMap<String, Asked>,
    /// In the ID token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: BTreeMap<String, Asked>,
}

/// How one claim is requested (OIDC Core section 5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Whether the client marks it as essential.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The only value it wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values it wants, in order of preference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

impl Asked {
    /// Whether a value is one of the requested ones; any value is, when none is named.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        (self.value.is_none() && self.values.is_empty())
            || self.value.as_ref() == Some(value)
            || self.values.contains(value)
    }
}

impl ClaimsRequest {
    /// Parses the parameter. Unknown members are ignored, as the specification says.
    ///
    /// # Errors
    /// [`PARAMETER_INVALID`] when it is not a JSON object of this shape, repeats a member, or names too many claims.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let mut document = parse_object(text.as_bytes()).map_err(|_| invalid())?;
        let mut part = |name: &str| match document.remove(name) {
            None | Some(Value::Null) => Ok(BTreeMap::new()),
            Some(Value::Object(members)) => members.into_iter().map(read).collect(),
            Some(_) => Err(invalid()),
        };
        let request = Self { userinfo: part("userinfo")?, id_token: part("id_token")? };
        if request.userinfo.len() + request.id_token.len() > MOST { Err(invalid()) } else { Ok(request) }
    }

    /// Drops claims that the client may not have: those that none of its scopes release.
    #[must_use]
    pub fn within(mut self, allowed: &Scope, catalog: &Catalog) -> Self {
        let opened = |name: &String, _: &mut Asked| released_by(name, allowed, catalog).is_some();
        self.userinfo.retain(opened);
        self.id_token.retain(opened);
        self
    }

    /// The request as stored with a family; none when it asks for nothing.
    #[must_use]
    pub fn kept(&self) -> Option<Value> {
        if *self == Self::default() { None } else { serde_json::to_value(self).ok() }
    }

    /// Reads the form that is stored with a family.
    #[must_use]
    pub fn of_kept(kept: Option<&Value>) -> Self {
        kept.and_then(|value| Self::deserialize(value).ok()).unwrap_or_default()
    }

    /// The scopes that release the requested claims, among those allowed: consent to a claim is asked for by its scope.
    #[must_use]
    pub fn scopes(&self, allowed: &Scope, catalog: &Catalog) -> Scope {
        let names = self.userinfo.keys().chain(self.id_token.keys());
        Scope::from_words(names.filter_map(|name| released_by(name, allowed, catalog)))
    }
}

/// The requested claims that the user has, as far as the client's scope releases them.
#[must_use]
pub fn answered(
    asked: &BTreeMap<String, Asked>,
    user: &User,
    (allowed, catalog): (&Scope, &Catalog),
) -> Map<String, Value> {
    let opened = asked.iter().filter(|(name, _)| released_by(name, allowed, catalog).is_some());
    let value = |name: &str, asked: &Asked| value_of(user, name, catalog).filter(|value| asked.takes(value));
    opened.filter_map(|(name, asked)| Some((name.clone(), value(name, asked)?))).collect()
}

/// The allowed scope that releases a claim; none: it may not be told.
fn released_by<'a>(claim: &'a str, allowed: &Scope, catalog: &'a Catalog) -> Option<&'a str> {
    catalog.releasing(claim).find(|scope| allowed.contains(scope))
}

fn read((name, value): (String, Value)) -> Result<(String, Asked), Refusal> {
    let asked = match value {
        Value::Null => Asked::default(),
        Value::Object(_) => Asked::deserialize(value).map_err(|_| invalid())?,
        _ => return Err(invalid()),
    };
    Ok((name, asked))
}

fn invalid() -> Refusal {
    PARAMETER_INVALID.with("claims")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_as_the_specification_shows_them() {
        let text = r#"{"userinfo":{"given_name":{"essential":true},"nickname":null,"http://x.example/y":null},
            "id_token":{"auth_time":{"essential":true},"acr":{"values":["a","b"]},"sub":{"value":"s"}},"other":1}"#;
        let request = ClaimsRequest::parse(text).unwrap();
        assert!(request.userinfo["given_name"].essential && !request.userinfo["nickname"].essential);
        assert!(request.id_token["acr"].takes(&"b".into()) && !request.id_token["acr"].takes(&"c".into()));
        assert!(request.id_token["sub"].takes(&"s".into()) && !request.id_token["sub"].takes(&"t".into()));
        assert_eq!(ClaimsRequest::of_kept(request.kept().as_ref()), request);
    }

    #[test]
    fn what_is_no_claims_request_is_refused() {
        let many: Vec<_> = (0..=MOST).map(|n| format!("\"c{n}\":null")).collect();
        let many = format!("{{\"userinfo\":{{{}}}}}", many.join(","));
        for bad in [
            "",
            "x",
            "[]",
            "null",
            r#"{"userinfo":[]}"#,
            r#"{"id_token":"sub"}"#,
            r#"{"userinfo":{"email":true}}"#,
            r#"{"userinfo":{"email":{"essential":"yes"}}}"#,
            r#"{"id_token":{"acr":{"values":"a"}}}"#,
            r#"{"userinfo":{},"userinfo":{}}"#,
            &many,
        ] {
            assert!(ClaimsRequest::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_client_is_told_only_what_its_scope_opens() {
        let request = ClaimsRequest::parse(r#"{"userinfo":{"email":null,"name":null,"groups":null}}"#).unwrap();
        let (allowed, catalog) = (Scope::parse("openid email").unwrap(), Catalog::default());
        let request = request.within(&allowed, &catalog);
        assert_eq!(request.userinfo.keys().collect::<Vec<_>>(), ["email"]);
        assert_eq!(request.scopes(&allowed, &catalog).as_str(), "email");
    }
}
