//! The documentation of when a configuration key takes effect is true.

use jeton_server::config::{Effect, KEYS};

use crate::tree::{Text, below, none, read};

/// Fields that are not called like their key.
const RENAMED: [(&str, &str); 1] = [("outbound.allow", "allows")];

/// Whether the program reads a field of the configuration: the binary must know its section, and the binary or the server the
/// field. The code that declares, checks and lists keys does not count.
fn is_read(section: &str, field: &str) -> bool {
    let end = |text: &str| !text.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let reads = |file: &Text, name: &str| {
        let (own, name) = (file.text.split("#[cfg(test)]").next().unwrap_or_default(), format!(".{name}"));
        own.match_indices(&name).any(|(at, _)| own.get(at + name.len()..).is_some_and(end))
    };
    let server = below("crates/server/src/").filter(|file| !file.path.starts_with("crates/server/src/config/"));
    (section.is_empty() || below("crates/cli/src/").any(|file| reads(file, section)))
        && below("crates/cli/src/").chain(server).any(|file| reads(file, field))
}

/// A key that no code reads must be documented as without effect, and the reverse. (The binary's own test shows, key by
/// key, that those which SIGHUP applies really change something.)
#[test]
fn a_key_is_said_to_do_nothing_exactly_when_nothing_reads_it() {
    let mut wrong = Vec::new();
    for key in KEYS.iter().filter(|key| !key.path.contains("[]") && !key.path.ends_with("_file")) {
        let (section, name) = key.path.rsplit_once('.').unwrap_or(("", &key.path));
        let field = RENAMED.iter().find(|(path, _)| *path == key.path).map_or(name, |(_, field)| field);
        match (key.effect, is_read(section, field)) {
            (Effect::Restart, false) => wrong.push(format!("{}: nothing reads it", key.path)),
            (Effect::Nothing, true) => wrong.push(format!("{}: something reads it", key.path)),
            _ => {}
        }
    }
    none(&wrong, "Correct crates/server/src/config/effect.rs for these keys:");
}

#[test]
fn of_every_key_it_is_decided_when_it_takes_effect() {
    let decisions = read("crates/server/src/config/effect.rs");
    let is_decided = |name: &str| decisions.contains(&format!("\"{name}\""));
    let undecided: Vec<_> = KEYS
        .iter()
        .map(|key| key.path.as_str())
        .filter(|path| {
            let list = path.rsplit_once("[].").map(|(list, _)| format!("{list}[]"));
            let secret = path.strip_suffix("_file").unwrap_or(path);
            !list.is_some_and(|list| is_decided(&list)) && !is_decided(path) && !is_decided(secret)
        })
        .map(str::to_owned)
        .collect();
    none(&undecided, "Decide in crates/server/src/config/effect.rs whether SIGHUP applies these keys:");
}
