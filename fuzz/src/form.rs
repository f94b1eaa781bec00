//! Form bodies and query strings.

use jeton_core::grants::Params;
use jeton_core::refusals::PARAMETER_REPEATED;

/// A repeated name is refused, and only that; `resource` and `audience` may repeat.
pub fn run(data: &[u8]) {
    let pairs = || form_urlencoded::parse(data);
    let mut names: Vec<_> =
        pairs().map(|(name, _)| name).filter(|name| name != "resource" && name != "audience").collect();
    names.sort_unstable();
    let twice = names.windows(2).any(|two| two.first() == two.last());
    match Params::new(pairs()) {
        Ok(params) => assert!(!twice && params.is_empty() == (pairs().count() == 0)),
        Err(refusal) if refusal.is(&PARAMETER_REPEATED) => {
            assert!(twice && !matches!(refusal.word(), "resource" | "audience"));
        }
        Err(_) => assert!(!twice),
    }
}

/// Right ones.
#[must_use]
pub fn seeds() -> Vec<String> {
    crate::owned(&[
        "grant_type=client_credentials&scope=api1+api2&client_id=c&client_secret=s%26%3D",
        "resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example",
        "a=&b&=c&%F0%9F%92%A9=%ff",
    ])
}
