//! Loading a configuration: defaults, overridden by the file, overridden by the environment.

use std::path::Path;

use serde::Deserialize as _;
use toml::Table;

use super::problem::Problem;
use super::tree::TREE;
use super::{Config, ConfigError, Values, environment, files, nobody, shape, values};

impl Config {
    /// Reads the file, if one is named, and the variables over it.
    ///
    /// Relative paths, the defaults among them, start at the file's folder; without a file they stay as they are.
    /// Blocking: it reads the file and the secrets' files. The values may still contradict each other: see
    /// [`Config::problems`].
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not TOML; otherwise with every unknown key, wrong type, missing key and
    /// unreadable secret at once.
    pub fn load(path: Option<&Path>, env: impl Iterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut file = path.map_or_else(|| Ok(Table::new()), read)?;
        let mut problems = Vec::new();
        // The environment is applied first: a value that it replaces need not be reported. Its names are checked while
        // it is applied, its values together with the file's.
        environment::apply(&TREE, &mut file, env, &mut problems);
        shape::check(&TREE, &file, &mut problems);
        nobody::check(&file, &mut problems);
        let base = path.and_then(Path::parent).unwrap_or(Path::new(""));
        let named = values::files_of(&TREE, &file, base);
        files::resolve(&TREE, &mut file, base, &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError::Problems(problems));
        }
        let values = Values::of(&TREE, &file, named);
        let mut config = Self::deserialize(file).map_err(|error| {
            let fix = error.message().to_owned();
            ConfigError::Problems(vec![Problem::new("configuration", "cannot be used", fix)])
        })?;
        config.store.start_paths_at(base);
        Ok(Self { values, ..config })
    }
}

fn read(path: &Path) -> Result<Table, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    toml::from_str(&text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        ConfigError::Syntax {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
            message: error.message().to_owned(),
        }
    })
}
