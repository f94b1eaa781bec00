//! The parameters of a form request: each at most once, blank ones treated as absent. Also those that several grants share.

use std::borrow::Cow;

use std::time::Duration;

use crate::token_endpoint::refusals::SCOPE_NEEDED;
use jeton_ledger::refusals::SCOPE_NOT_ALLOWED;
use jeton_ledger::rights::is_of_this_server;
use jeton_model::Refusal;
use jeton_model::records::Client;
use jeton_model::refusals::{PARAMETER_INVALID, PARAMETER_MISSING, PARAMETER_REPEATED, REQUEST_TOO_LARGE};
use jeton_model::scope::Scope;

/// The parameters that some grant lets be repeated: allowed before the grant is known.
const MAY_REPEAT: [&str; 2] = ["resource", "audience"];

/// The most parameters of a request. Each name is compared with all before it, so the number must have a bound.
const MOST: usize = 256;

/// Names and values in the order sent. Which ones may be repeated depends on the endpoint: `resource` everywhere
/// (RFC 8707 section 2), `audience` where a grant allows it (RFC 8693 section 2.1).
#[derive(Debug, Default)]
pub struct Params<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The repeated names.
    repeated: Vec<String>,
    /// Whether there were more than [`MOST`]: the rest was not read, and no endpoint takes the request.
    too_many: bool,
}

impl<'a> Params<'a> {
    /// Takes decoded pairs.
    ///
    /// # Errors
    /// [`PARAMETER_REPEATED`] when a name is repeated, [`REQUEST_TOO_LARGE`] when there are more than 256.
    pub fn new(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Refusal> {
        let params = Self::lenient(pairs);
        params.once().map(|()| params)
    }

    /// Takes decoded pairs and remembers repeated names: for callers that must read some parameters first.
    pub fn lenient(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut all = Self { pairs: Vec::with_capacity(8), repeated: Vec::new(), too_many: false };
        for (n, (name, value)) in pairs.enumerate() {
            if n == MOST {
                all.too_many = true;
                break;
            }
            let again = all.pairs.iter().any(|(n, _)| *n == name);
            if again {
                all.repeated.push(name.clone().into_owned());
            }
            if !again || MAY_REPEAT.contains(&&*name) {
                all.pairs.push((name, value));
            }
        }
        all
    }

    /// Checks that no name is repeated that no request may repeat.
    ///
    /// # Errors
    /// [`PARAMETER_REPEATED`], [`REQUEST_TOO_LARGE`] when there are more than 256.
    pub fn once(&self) -> Result<(), Refusal> {
        self.repeat_only(&MAY_REPEAT)
    }

    /// Checks that only these names are repeated.
    ///
    /// # Errors
    /// [`PARAMETER_REPEATED`], [`REQUEST_TOO_LARGE`] when there are more than 256.
    pub fn repeat_only(&self, names: &[&str]) -> Result<(), Refusal> {
        match self.repeated.iter().find(|name| !names.contains(&name.as_str())) {
            None if self.too_many => Err(REQUEST_TOO_LARGE),
            None => Ok(()),
            Some(name) => Err(PARAMETER_REPEATED.with(name.clone())),
        }
    }

    /// Whether this name is repeated.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }

    /// Whether there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// A parameter's value; none when absent or blank.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(n, _)| n == name)?;
        (!value.trim().is_empty()).then_some(value)
    }

    /// A required parameter.
    ///
    /// # Errors
    /// [`PARAMETER_MISSING`].
    pub fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| PARAMETER_MISSING.with(name))
    }

    /// All values of a name.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, v)| &**v)
    }

    /// `expires_in` of a token request: the longest lifetime that the client wants for its access tokens
    /// (`docs/contracts/indigo-iam.md` section 7.1), whole seconds.
    ///
    /// # Errors
    /// [`PARAMETER_INVALID`] for anything but a positive whole number.
    pub(crate) fn expires_in(&self) -> Result<Option<Duration>, Refusal> {
        let Some(text) = self.get("expires_in") else { return Ok(None) };
        let digits = text.bytes().all(|b| b.is_ascii_digit()) && text.bytes().any(|b| b != b'0');
        if !digits {
            return Err(PARAMETER_INVALID.with("expires_in"));
        }
        // A number too large to parse exceeds any lifetime.
        Ok(text.parse().ok().map(Duration::from_secs))
    }

    /// The scope of a request that may omit it: the one it names, else the client's default. An unknown client has no
    /// default.
    ///
    /// # Errors
    /// [`PARAMETER_MISSING`] when there is neither.
    pub(crate) fn scope_or_default(&self, claimed: Option<&Client>) -> Result<RequestedScope, Refusal> {
        match self.get("scope") {
            Some(words) => Ok(RequestedScope::Named(words.to_owned())),
            None => match claimed.and_then(|c| c.default_scope.clone()) {
                Some(scope) => Ok(RequestedScope::Default(scope)),
                None => Err(PARAMETER_MISSING.with("scope")),
            },
        }
    }

    /// The same at endpoints where a person decides: a client that registered itself gets what it registered, but for what gives
    /// access to this server or outlives the visit (RFC 6749 section 3.3: a default, or `invalid_scope`).
    ///
    /// # Errors
    /// [`SCOPE_NEEDED`] when the client has no default either.
    pub(crate) fn scope_or_registered(&self, client: Option<&Client>) -> Result<RequestedScope, Refusal> {
        self.scope_or_default(client).or_else(|_| {
            let registered = client.filter(|client| client.self_registered).map(|client| usual(&client.scope));
            registered.filter(|scope| !scope.is_empty()).map(RequestedScope::Default).ok_or(SCOPE_NEEDED)
        })
    }

    /// All pairs, for a page that must send them again.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(n, v)| (&**n, &**v))
    }
}

/// Of the scope of a client that registered itself, what it gets when it names none.
fn usual(scope: &Scope) -> Scope {
    const NEVER: [&str; 3] = ["jeton:", "iam:", "scim:"];
    let is_usual = |word: &&str| {
        *word != "offline_access" && !is_of_this_server(word) && !NEVER.iter().any(|start| word.starts_with(start))
    };
    Scope::from_words(scope.words().filter(is_usual))
}

/// A requested scope.
#[derive(Clone)]
pub(crate) enum RequestedScope {
    /// Named in the request.
    Named(String),
    /// The client's default.
    Default(Scope),
}

impl RequestedScope {
    /// All of it, if the client may have it; else `scope_not_allowed`.
    pub(crate) fn within(self, allowed: &Scope) -> Result<Scope, Refusal> {
        let scope = match self {
            Self::Default(scope) => scope,
            Self::Named(text) if text == allowed.as_str() && allowed.within(allowed) => return Ok(allowed.clone()),
            Self::Named(text) => Scope::parse(&text)
                .map_err(|_| SCOPE_NOT_ALLOWED.with(text.split(' ').collect::<Vec<_>>().join(",")))?,
        };
        match scope.beyond(allowed) {
            Some(beyond) => Err(SCOPE_NOT_ALLOWED.with(beyond)),
            None => Ok(scope),
        }
    }
}
