//! Scope lists.

use jeton_core::Scope;

/// A parsed scope is in its canonical form, and each value occurs once.
pub fn run(data: &[u8]) {
    if let Some(text) = crate::text(data)
        && let Ok(scope) = Scope::parse(text)
    {
        assert!(Scope::parse(scope.as_str()).is_ok_and(|again| again.as_str() == scope.as_str()), "{text:?}");
        let mut words: Vec<_> = scope.words().collect();
        assert!(words.iter().all(|word| text.split(' ').any(|sent| sent == *word)), "{text:?}");
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count, "{text:?}");
    }
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&["", "openid", "openid  profile openid api1:read", "a ! ~ [x]"])
}
