//! What the configuration says about addresses: issuers that have the same one, paths of issuers that hide a route, and paths that
//! are said to be internal and that no face has.

use jeton_server::config::Config;
use jeton_wire::{Served, is_same_address};

use crate::openapi::FACES;
use crate::serve::live::served;

/// Every problem, as a line.
pub(super) fn problems(config: &Config) -> Vec<String> {
    let all = served(config);
    let mut problems = Vec::new();
    let key = |position: usize| match position {
        0 => "issuer".to_owned(),
        later => format!("service[{}].issuer", later - 1),
    };
    for (position, one) in all.iter().enumerate() {
        // The same text is named where the configuration is read.
        let same = |other: &Served| other.issuer != one.issuer && is_same_address(&one.issuer, &other.issuer);
        if let Some(first) = all.iter().take(position).position(same) {
            let (own, first, issuer) = (key(position), key(first), &one.issuer);
            problems.push(format!(
                "{own}: {issuer} is the same address as `{first}`, and only one of them could be served: give each service \
                 another host or path"
            ));
            continue;
        }
        let key = key(position);
        let below = all.iter().filter_map(|other| one.issuer.strip_prefix(other.issuer.trim_end_matches('/')));
        let mut hidden = below.filter_map(|rest| rest.strip_prefix('/')?.split('/').next());
        if let Some(path) = hidden.find(|first| !first.is_empty() && firsts().any(|known| known == *first)) {
            problems.push(format!("{key}: it hides the paths below /{path} of another issuer: choose another path"));
        }
    }
    for (position, path) in config.internal.only.iter().enumerate() {
        let is_served = paths().any(|known| known == path || known.starts_with(&format!("{path}/")));
        if !is_served || !path.starts_with('/') {
            let nearest = nearest(path).unwrap_or_default();
            problems.push(format!("internal.only[{position}]: no such path \"{path}\": did you mean \"{nearest}\"?"));
        }
    }
    problems
}

fn paths() -> impl Iterator<Item = &'static str> {
    FACES.iter().flat_map(|face| face.routes().map(|route| route.path)).chain([crate::openapi::PATH])
}

/// The first parts of the paths of all routes.
fn firsts() -> impl Iterator<Item = &'static str> {
    paths().filter_map(|path| path.split('/').nth(1))
}

/// The path, or the beginning of one, that is most like this one.
fn nearest(wrong: &str) -> Option<&'static str> {
    let wrong = format!("/{}", wrong.trim_matches('/'));
    let starts = paths().flat_map(|path| path.match_indices('/').skip(1).filter_map(|(at, _)| path.get(..at)));
    let plain = paths().chain(starts).filter(|path| !path.contains('{'));
    let likeness = |path: &str| strsim::normalized_damerau_levenshtein(&wrong, path);
    plain.max_by(|one, other| likeness(one).total_cmp(&likeness(other)))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        for (wrong, right) in [("/introspct", "/introspect"), ("console", "/console"), ("/admn", "/admin")] {
            assert_eq!(nearest(wrong), Some(right));
        }
    }
}
