//! Secrets from files or the environment, which are never shown.

use std::path::Path;

use jeton_jose::Secret;

use crate::misuse::Misuse;

/// Environment variables that may hold a secret; child processes are started without them.
pub(crate) const VARIABLES: [&str; 4] = [CLIENT_SECRET, PASSWORD, LIST_TOKEN, BACKEND_TOKEN];

/// The client's secret.
pub(crate) const CLIENT_SECRET: &str = "JETON_BENCH_CLIENT_SECRET";
/// The password of the user whose refresh tokens are made.
pub(crate) const PASSWORD: &str = "JETON_BENCH_PASSWORD";
/// The Bearer token of the list operation.
pub(crate) const LIST_TOKEN: &str = "JETON_BENCH_LIST_TOKEN";
/// The access token of the service that a backend acts for.
pub(crate) const BACKEND_TOKEN: &str = "JETON_BENCH_BACKEND_TOKEN";

/// A secret from the file if one is named, otherwise from the environment variable; `None` where neither is there.
pub(crate) fn read(option: &'static str, file: Option<&Path>, variable: &str) -> Result<Option<Secret>, Misuse> {
    let Some(path) = file else {
        return Ok(std::env::var(variable).ok().filter(|v| !v.is_empty()).map(Secret::new));
    };
    let wrong = |problem: String| Misuse::File { option, path: path.display().to_string(), problem };
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    // Editors end a file with a newline, which is not part of the secret.
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(wrong("is empty".to_owned())),
        secret => Ok(Some(Secret::new(secret))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_loses_its_last_newline_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        std::fs::write(&path, " s3 cret\r\n").unwrap();
        let secret = read("--x", Some(&path), "JETON_BENCH_ABSENT").unwrap().unwrap();
        assert_eq!(secret.expose(), " s3 cret");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn an_empty_file_is_refused_and_an_absent_variable_is_none() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(read("--x", Some(file.path()), "JETON_BENCH_ABSENT"), Err(Misuse::File { .. })));
        assert!(read("--x", None, "JETON_BENCH_ABSENT").unwrap().is_none());
    }
}
