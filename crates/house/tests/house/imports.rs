//! The imports between the modules of a crate, from its sources.
//!
//! A module is a file. Paths that begin with `crate`, `super` or `self` are followed to the module that declares what
//! they name, through imports of modules on the way (`pub use`, `use`). Modules inside a file belong to it. What a
//! macro of another crate names, and what `use super::*` imports, is not seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::rust_words::{Word, words};

/// The names of a module's ancestors and its own; the crate's root has none.
pub(crate) type Module = Vec<String>;

/// A module names something of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub(crate) from: Module,
    pub(crate) to: Module,
    /// The file, the line, and what is written there.
    pub(crate) written: String,
}

/// The imports of a crate whose files these are: each with its path below `src/` and its text.
pub(crate) fn imports<'a>(files: &[(&'a str, &'a str)]) -> Vec<Import> {
    let read: Vec<_> = files.iter().map(|(path, text)| (*path, module(path), Source::read(text))).collect();
    let mut tree = Tree { modules: BTreeSet::new(), names: BTreeMap::new() };
    for (_, module, source) in &read {
        tree.modules.insert(module.clone());
        for used in source.used.iter().filter(|used| used.inside.is_empty()) {
            tree.names.insert((module.clone(), used.name.to_owned()), used.path.clone());
        }
    }
    let mut found = Vec::new();
    for (file, module, source) in &read {
        for used in &source.used {
            let within: Module =
                module.iter().cloned().chain(used.inside.iter().map(|&name| name.to_owned())).collect();
            let to = tree.follow(&within, module, &used.path, 0);
            if let Some(to) = to.filter(|to| to != module) {
                let written = format!("{file}:{}: {}", used.line, used.path.join("::"));
                found.push(Import { from: module.clone(), to, written });
            }
        }
    }
    found
}

/// The module that a file is, from its path below `src/`.
fn module(path: &str) -> Module {
    let names = path.strip_suffix(".rs").unwrap_or(path).split('/').map(str::to_owned);
    names.filter(|name| !["lib", "main", "mod"].contains(&name.as_str())).collect()
}

/// A path in a source.
struct Used<'a> {
    /// The modules inside the file that it stands in.
    inside: Vec<&'a str>,
    path: Vec<&'a str>,
    /// What it is called from there on, where it is imported; nothing elsewhere.
    name: &'a str,
    line: usize,
}

struct Source<'a> {
    used: Vec<Used<'a>>,
}

impl<'a> Source<'a> {
    fn read(text: &'a str) -> Self {
        let words = words(text);
        let (mut used, mut inside, mut depth) = (Vec::new(), Vec::new(), 0);
        let text_at = |at: usize| words.get(at).map_or("", |word| word.text);
        let mut at = 0;
        while let Some(word) = words.get(at) {
            let before = at.checked_sub(1).map_or("", text_at);
            at += 1;
            match word.text {
                "{" => depth += 1,
                "}" => {
                    depth -= 1;
                    inside.pop_if(|(_, outer)| *outer == depth);
                }
                "mod" if text_at(at + 1) == "{" => inside.push((text_at(at), depth)),
                // `r#use`, and the bounds `use<'a>`, are no imports.
                "use" if before != "#" && text_at(at) != "<" => {
                    let names = inside.iter().map(|(name, _)| *name).collect::<Vec<_>>();
                    at = tree(&words, at, &[], &mut |path, name, line| {
                        used.push(Used { inside: names.clone(), path, name, line });
                    });
                }
                "crate" | "super" | "self" if before != "::" && before != "in" && text_at(at) == "::" => {
                    let names = inside.iter().map(|(name, _)| *name).collect::<Vec<_>>();
                    let mut path = vec![word.text];
                    while text_at(at) == "::" && text_at(at + 1).starts_with(|c: char| c.is_alphabetic() || c == '_') {
                        path.push(text_at(at + 1));
                        at += 2;
                    }
                    used.push(Used { inside: names, path, name: "", line: word.line });
                }
                _ => {}
            }
        }
        Self { used }
    }
}

/// Reads the tree of a `use` from a word on, tells of each of its paths, and says where it ends.
fn tree<'a>(
    words: &[Word<'a>],
    mut at: usize,
    stem: &[&'a str],
    tell: &mut impl FnMut(Vec<&'a str>, &'a str, usize),
) -> usize {
    let mut path = stem.to_vec();
    while let Some(word) = words.get(at) {
        at += 1;
        match word.text {
            "::" => {}
            "{" => {
                while words.get(at).is_some_and(|word| word.text != "}") {
                    at = tree(words, at, &path, tell);
                    at += usize::from(words.get(at).is_some_and(|word| word.text == ","));
                }
                return at + 1;
            }
            "," | "}" | ";" => {
                at -= 1;
                break;
            }
            "as" => {
                let name = words.get(at).map_or("", |word| word.text);
                tell(path, name, word.line);
                return at + 1;
            }
            "*" => {
                tell(path, "", word.line);
                return at;
            }
            // `use a::{self}` names `a`.
            "self" if !path.is_empty() => {}
            name => path.push(name),
        }
    }
    let line = at.checked_sub(1).and_then(|last| words.get(last)).map_or(0, |word| word.line);
    let name = path.last().copied().unwrap_or_default();
    tell(path, name, line);
    at
}

struct Tree<'a> {
    modules: BTreeSet<Module>,
    /// What a module imports under a name.
    names: BTreeMap<(Module, String), Vec<&'a str>>,
}

impl Tree<'_> {
    /// The module that declares what `path` names, written in `within`, which is in the file of `file`. None where that is
    /// another crate's.
    fn follow(&self, within: &[String], file: &[String], path: &[&str], steps: usize) -> Option<Module> {
        // Two modules that import a name from each other: the compiler refuses it, but it is read before it is compiled.
        if steps > 32 {
            return None;
        }
        let mut rest = path;
        let mut here: Module = match rest.split_first()? {
            (&"crate", after) => {
                rest = after;
                Vec::new()
            }
            (&"self", after) => {
                rest = after;
                within.to_vec()
            }
            (&"super", _) => within.to_vec(),
            (first, _) => {
                let known = self.modules.contains(&below(file, first))
                    || self.names.get(&(file.to_vec(), (*first).to_owned())).is_some_and(|other| other != path);
                known.then(|| file.to_vec())?
            }
        };
        while let Some((&"super", after)) = rest.split_first() {
            here.pop();
            rest = after;
        }
        // What is inside a file is the file's.
        while !self.modules.contains(&here) {
            here.pop()?;
        }
        while let Some((name, after)) = rest.split_first() {
            let child = below(&here, name);
            if self.modules.contains(&child) {
                here = child;
            } else if let Some(other) = self.names.get(&(here.clone(), (*name).to_owned())) {
                let longer: Vec<&str> = other.iter().chain(after).copied().collect();
                return self.follow(&here, &here, &longer, steps + 1);
            } else {
                return Some(here);
            }
            rest = after;
        }
        Some(here)
    }
}

fn below(module: &[String], name: &str) -> Module {
    module.iter().cloned().chain([name.to_owned()]).collect()
}
