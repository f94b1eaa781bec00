//! Users: one way to sign in, stated once.

use jeton_core::name_key::name_key;

use super::super::{Config, Problem};
use super::unique;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    let names = config.user.iter().map(|user| user.username.as_str());
    unique::check_by(("user", "username"), names, name_key, problems);
    for (position, user) in config.user.iter().enumerate() {
        let key = |name: &str| format!("user[{position}].{name}");
        if user.password.is_some() && user.password_hash.is_some() {
            problems.push(Problem::new(key("password"), "and `password_hash` are both set", "keep one of them"));
        }
        if user.password_hash.as_ref().is_some_and(|hash| !hash.expose().starts_with("$argon2id$")) {
            let fix = "write a PHC string that begins with $argon2id$";
            problems.push(Problem::new(key("password_hash"), "is not an argon2id hash", fix));
        }
        let subjects = config.user.iter().take(position).filter_map(|other| other.sub.as_ref());
        if let Some(sub) = &user.sub {
            // OpenID Connect Core 2: at most 255 ASCII characters.
            if sub.is_empty() || sub.len() > 255 || !sub.is_ascii() {
                problems.push(Problem::new(key("sub"), "is not a subject", "write 1 to 255 ASCII characters"));
            }
            if subjects.into_iter().any(|other| other == sub) {
                problems.push(Problem::new(key("sub"), "is another user's", "give each user a different subject"));
            }
        }
    }
}
