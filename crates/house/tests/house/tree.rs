//! The files of the house.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Generated or installed files, which are not written by hand.
pub(crate) const NOT_OURS: &[&str] = &["target", ".git", "node_modules", ".node", ".venv", "__pycache__", "jeton-data"];

/// Endings of the texts that are looked at.
const TEXTS: &[&str] =
    &["rs", "toml", "sql", "html", "css", "js", "mjs", "ts", "tsx", "py", "sh", "md", "proto", "run", "json"];

/// A text of the house.
pub(crate) struct Text {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// Its content.
    pub(crate) text: String,
}

impl Text {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether it is Rust and contains more than tests. `rust_words::shipped` leaves out what is compiled for tests
    /// only.
    pub(crate) fn is_code(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.is_rust() && !self.path.contains("/tests/") && name != "tests.rs" && !name.ends_with("_tests.rs")
    }
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        here.ancestors().nth(2).expect("crates/house lies two folders below the root").to_owned()
    });
    &ROOT
}

/// A file's content; empty when it is not there.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Every text of the house.
pub(crate) fn texts() -> &'static [Text] {
    static ALL: LazyLock<Vec<Text>> = LazyLock::new(|| {
        let mut all = Vec::new();
        collect(root(), &mut all);
        all.sort_by(|a, b| a.path.cmp(&b.path));
        all
    });
    &ALL
}

/// The texts whose path begins so.
pub(crate) fn below(folder: &str) -> impl Iterator<Item = &'static Text> {
    texts().iter().filter(move |text| text.path.starts_with(folder))
}

fn collect(folder: &Path, all: &mut Vec<Text>) {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    for entry in entries {
        let path = entry.expect("the entry can be read").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !NOT_OURS.contains(&name) {
                collect(&path, all);
            }
            continue;
        }
        let is_text = name == "justfile"
            || name == "run"
            || name == "test"
            || path.extension().and_then(|e| e.to_str()).is_some_and(|e| TEXTS.contains(&e));
        if !is_text || name == "package-lock.json" {
            continue;
        }
        // A file that an editor is replacing at this moment is skipped.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let path = path.strip_prefix(root()).expect("it lies below the root");
        all.push(Text { path: path.to_string_lossy().replace('\\', "/"), text });
    }
}

/// Fails with the list, one a line, and what to do about it.
pub(crate) fn none(found: &[String], what_to_do: &str) {
    assert!(found.is_empty(), "{what_to_do}\n  {}\n", found.join("\n  "));
}
