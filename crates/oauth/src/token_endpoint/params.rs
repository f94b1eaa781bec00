//! The parameters of a form request: each at most once, blank ones absent.

use std::borrow::Cow;

use jeton_ledger::refusal::Refusal;

/// What some grant lets come more than once: whoever reads a form before the grant is known lets it pass.
const MAY_REPEAT: [&str; 2] = ["resource", "audience"];

/// Names and values in the order sent. What may come more than once depends on who is asked: `resource` everywhere
/// (RFC 8707 section 2), `audience` where a grant says so (RFC 8693 section 2.1).
#[derive(Debug, Default)]
pub struct Params<'a> {
    pairs: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    repeated: Option<String>,
}

impl<'a> Params<'a> {
    /// Takes decoded pairs.
    ///
    /// # Errors
    /// [`Refusal::ParameterRepeated`] when a name comes twice.
    pub fn new(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Result<Self, Refusal> {
        let params = Self::lenient(pairs);
        params.once().map(|()| params)
    }

    /// Takes decoded pairs and remembers whether a name came twice: for who must look at some of them first.
    pub fn lenient(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut all = Self { pairs: Vec::with_capacity(8), repeated: None };
        for (name, value) in pairs {
            if !MAY_REPEAT.contains(&&*name) && all.pairs.iter().any(|(n, _)| *n == name) {
                all.repeated.get_or_insert_with(|| name.into_owned());
            } else {
                all.pairs.push((name, value));
            }
        }
        all
    }

    /// Whether each name came once.
    ///
    /// # Errors
    /// [`Refusal::ParameterRepeated`].
    pub fn once(&self) -> Result<(), Refusal> {
        match &self.repeated {
            None => Ok(()),
            Some(name) => Err(Refusal::ParameterRepeated(name.clone())),
        }
    }

    /// Whether nothing but these names came more than once.
    ///
    /// # Errors
    /// [`Refusal::ParameterRepeated`].
    pub fn repeat_only(&self, names: &[&str]) -> Result<(), Refusal> {
        self.once()?;
        let repeated = |(at, (name, _)): &(usize, &(Cow<'_, str>, Cow<'_, str>))| {
            !names.contains(&&**name) && self.pairs.iter().take(*at).any(|(earlier, _)| earlier == name)
        };
        match self.pairs.iter().enumerate().find(repeated) {
            None => Ok(()),
            Some((_, (name, _))) => Err(Refusal::ParameterRepeated(name.clone().into_owned())),
        }
    }

    /// Whether this name came twice.
    #[must_use]
    pub fn is_repeated(&self, name: &str) -> bool {
        self.repeated.as_deref() == Some(name)
    }

    /// Whether nothing was sent.
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

    /// A parameter that must be there.
    ///
    /// # Errors
    /// Messages 1 to 7.
    pub fn required(&self, name: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::ParameterMissing(name))
    }

    /// All values of a name.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.pairs.iter().filter(move |(n, _)| n == name).map(|(_, v)| &**v)
    }

    /// All pairs, for a page that must send them again.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(n, v)| (&**n, &**v))
    }
}
