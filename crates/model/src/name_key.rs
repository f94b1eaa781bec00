//! The key of a user name: names that people take for the same one have the same key.
//!
//! Names that RFC 8265's profile `UsernameCaseMapped` accepts are matched without regard to case, to the width of letters and to
//! the way in which a letter is composed (NFC, NFD). The library that prepares them knows the letters of Unicode 6.3, as the
//! registry of RFC 8264 does. A name with newer letters, with blanks inside, or with symbols is not refused: it is its own key, so
//! it is matched exactly. Blanks before and behind a name never count.
//!
//! Stores keep the key beside the name. Names that an earlier version accepted side by side and whose keys are the same have
//! [separate keys](clashing) that no name leads to, so they are matched exactly until one of them is gone.

use std::collections::BTreeMap;

use precis_profiles::UsernameCaseMapped;
use precis_profiles::precis_core::profile::PrecisFastInvocation as _;

use crate::ids::{ServiceId, UserKey};

/// Sigma, as at the end of a word and elsewhere: both are the lower case of one letter (RFC 8265 section 3.3.2), and a name in
/// capitals does not say which.
const FINAL_SIGMA: char = '\u{3C2}';
const SIGMA: &str = "\u{3C3}";

/// Begins the keys of clashing users. No name's key begins with a blank.
const CLASHES: char = ' ';
/// Ends the common part of such keys.
const END: char = '\u{1F}';

/// The key of a name.
#[must_use]
pub fn name_key(name: &str) -> String {
    let name = name.trim_matches(is_blank);
    let prepared = match name.contains(|c| singleton(c) != c) {
        true => UsernameCaseMapped::enforce(name.chars().map(singleton).collect::<String>()),
        false => UsernameCaseMapped::enforce(name),
    };
    match prepared {
        Ok(key) if key.contains(FINAL_SIGMA) => key.replace(FINAL_SIGMA, SIGMA),
        Ok(key) => key.into_owned(),
        Err(_) => name.to_owned(),
    }
}

/// The sign of a unit as the letter that it is (their canonical decomposition): the profile refuses the signs, though NFC, which it
/// applies later, would replace them.
fn singleton(c: char) -> char {
    match c {
        '\u{212A}' => 'K',
        '\u{212B}' => '\u{C5}',
        '\u{2126}' => '\u{3A9}',
        other => other,
    }
}

/// Blanks as they are pasted, also those without a width.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}')
}

/// The key of a user whose name has the same key as another user's.
#[must_use]
pub fn clashing(key: &str, user: UserKey) -> String {
    format!("{CLASHES}{key}{END}{user}")
}

/// Between which texts the keys of all users lie whose names clash by this key; both are excluded.
#[must_use]
pub fn clashing_range(key: &str) -> (String, String) {
    (format!("{CLASHES}{key}{END}"), format!("{CLASHES}{key}{CLASHES}"))
}

/// A user whose key is missing, or to be seen anew because it clashed.
#[derive(Clone, Debug)]
pub struct Unkeyed {
    /// Who.
    pub user: UserKey,
    /// Their service.
    pub service: ServiceId,
    /// The key of their name.
    pub key: String,
}

/// The keys that users get. `owners`: who has one of these keys already.
#[must_use]
pub fn assigned(
    unkeyed: &[Unkeyed],
    owners: impl IntoIterator<Item = (ServiceId, String, UserKey)>,
) -> Vec<(UserKey, String)> {
    let mut all: BTreeMap<(ServiceId, String), Vec<UserKey>> = BTreeMap::new();
    for one in unkeyed {
        all.entry((one.service, one.key.clone())).or_default().push(one.user);
    }
    for (service, key, user) in owners {
        if let Some(users) = all.get_mut(&(service, key))
            && !users.contains(&user)
        {
            users.push(user);
        }
    }
    let keys = all.into_iter().flat_map(|((_, key), users)| {
        let clash = users.len() > 1;
        users.into_iter().map(move |user| (user, if clash { clashing(&key, user) } else { key.clone() }))
    });
    keys.collect()
}

#[cfg(test)]
mod tests {
    use precis_profiles::UNICODE_VERSION;
    use precis_profiles::precis_core;

    use super::*;

    #[test]
    fn names_that_people_take_for_the_same_have_the_same_key() {
        for (key, same) in [
            ("alice", &["Alice", "ALICE", " alice ", "alice\u{A0}", "\u{FEFF}alice\u{200B}", "\u{FF41}lice"][..]),
            ("m\u{FC}ller", &["M\u{DC}LLER", "mu\u{308}ller", "MU\u{308}LLER"]),
            ("\u{436}", &["\u{416}"]),
            // In capitals, at the end of a word and elsewhere; the signs for kelvin, angstrom and ohm.
            (
                "\u{3BD}\u{3B9}\u{3BA}\u{3BF}\u{3C3}",
                &[
                    "\u{39D}\u{399}\u{39A}\u{39F}\u{3A3}",
                    "\u{3BD}\u{3B9}\u{3BA}\u{3BF}\u{3C2}",
                    "\u{39D}\u{3B9}\u{3BA}\u{3BF}\u{3C2}",
                ],
            ),
            ("kim", &["\u{212A}im", "KIM"]),
            ("\u{E5}sa", &["\u{212B}sa", "\u{C5}SA", "A\u{30A}sa"]),
            ("\u{3C9}", &["\u{2126}", "\u{3A9}"]),
            ("a@b.example", &["A@B.example"]),
            ("+4915112345678", &["+4915112345678"]),
        ] {
            for name in same.iter().chain([&key]) {
                assert_eq!(name_key(name), key, "{name:?}");
            }
        }
    }

    #[test]
    fn others_are_their_own_keys() {
        // A blank inside, a symbol, letters of Unicode 7 and 8, marks without a base, and mixed directions.
        for name in ["Anna Blank", "I\u{2665}you", "\u{1F600}A", "\u{10480}A\u{1E900}", "\u{AB70}A", "\u{5D0}a"] {
            assert_eq!(name_key(name), name);
            assert_eq!(name_key(&format!(" {name}\t")), name);
        }
        for (one, other) in [("stra\u{DF}e", "strasse"), ("i", "\u{131}"), ("alice", "al\u{456}ce")] {
            assert_ne!(name_key(one), name_key(other));
        }
    }

    /// A key is computed when a name is stored and when one is typed, maybe by another version. A library with other tables
    /// needs a step in both stores that forgets all keys, so that they are made again.
    #[test]
    fn the_tables_are_those_with_which_stored_keys_were_made() {
        assert_eq!((precis_core::UNICODE_VERSION, UNICODE_VERSION), ((6, 3, 0), (17, 0, 0)));
    }

    #[test]
    fn keys_of_keys_are_the_same() {
        for name in ["Alice", "M\u{DC}LLER", "\u{130}", "Anna Blank", "\u{1E9E}", "\u{3A3}\u{3A3}", "\u{13A0}"] {
            assert_eq!(name_key(&name_key(name)), name_key(name), "{name:?}");
        }
    }

    #[test]
    fn names_that_clash_have_separate_keys() {
        let one = |user, key: &str| Unkeyed { user: UserKey::new(user), service: ServiceId::new(1), key: key.into() };
        let unkeyed = [one(1, "a"), one(2, "a"), one(3, "b"), one(4, "c")];
        let owners = [
            (ServiceId::new(1), "c".to_owned(), UserKey::new(9)),
            (ServiceId::new(2), "b".to_owned(), UserKey::new(8)),
        ];
        let mut keys = assigned(&unkeyed, owners);
        keys.sort();
        let keys: Vec<_> = keys.iter().map(|(user, key)| (user.get(), key.as_str())).collect();
        assert_eq!(keys, [(1, " a\u{1F}1"), (2, " a\u{1F}2"), (3, "b"), (4, " c\u{1F}4"), (9, " c\u{1F}9")]);
        let (from, to) = clashing_range("a");
        for (_, key) in &keys {
            assert_eq!(&from[..] < *key && *key < &to[..], key.starts_with(" a\u{1F}"), "{key}");
        }
    }
}
