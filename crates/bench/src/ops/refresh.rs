//! Refresh with rotation: a token is used once, and its answer's one is used later.

use std::{fs, rc::Rc, time::Duration};

use anyhow::{Context as _, bail};
use jeton_jose::Secret;

use super::{Load, Setup};
use crate::{
    args::LoadArgs,
    bare::paths,
    http::Endpoint,
    load::{Collect, Fixed, Rotate, drive, encoded},
    misuse::Misuse,
    secret::{self, PASSWORD},
};

const BEFORE: &str = "grant_type=refresh_token&refresh_token=";
/// Passwords are checked with a slow hash, so only few at a time; the load follows.
const LOGINS_AT_ONCE: usize = 4;
/// How long the logins may take in all.
const PATIENCE: Duration = Duration::from_secs(300);

pub(super) fn load(setup: &Setup, rotation: Rc<Rotate>) -> Load {
    Load { place: setup.endpoints.token.clone(), work: rotation }
}

pub(super) fn bare(setup: &Setup, bare: &Endpoint) -> Load {
    let place = bare.at(paths::TOKEN);
    let any_token = "r".repeat(43);
    Load { work: Rc::new(Fixed(setup.client.form(&place, BEFORE.to_owned()).with(&any_token))), place }
}

/// The tokens to start with: from the file, or made by the password grant; `None` where neither is offered.
pub(crate) async fn pool(args: &LoadArgs, setup: &Setup) -> anyhow::Result<Option<Rc<Rotate>>> {
    let tokens = if let Some(path) = &args.refresh_file {
        let wrong =
            |problem: String| Misuse::File { option: "--refresh-file", path: path.display().to_string(), problem };
        let text = fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        let tokens: Vec<_> = text.lines().map(str::trim).filter(|l| !l.is_empty()).map(encoded).collect();
        if tokens.len() < setup.conns {
            return Err(
                wrong(format!("has {} tokens, fewer than the {} connections", tokens.len(), setup.conns)).into()
            );
        }
        tokens
    } else if let Some(user) = &args.username {
        let password = secret::read("--password-file", args.password_file.as_deref(), PASSWORD)?
            .ok_or(Misuse::Missing { what: "the password", option: "--password-file or JETON_BENCH_PASSWORD" })?;
        log_in(args, setup, user, &password).await?
    } else {
        return Ok(None);
    };
    let form = setup.client.form(&setup.endpoints.token, BEFORE.to_owned());
    Ok(Some(Rc::new(Rotate::new(form, tokens))))
}

/// Two tokens a connection, so that one is not used again the moment it was made.
async fn log_in(args: &LoadArgs, setup: &Setup, user: &str, password: &Secret) -> anyhow::Result<Vec<String>> {
    let count = setup.conns * 2;
    eprintln!("# making {count} refresh tokens by the password grant");
    let scope = match (&args.refresh_scope, &args.scope) {
        (Some(scope), _) => scope.clone(),
        (None, Some(scope)) => format!("{scope} offline_access"),
        (None, None) => "offline_access".to_owned(),
    };
    let before = format!(
        "grant_type=password&username={}&password={}&scope={}",
        encoded(user),
        encoded(password.expose()),
        encoded(&scope)
    );
    let place = &setup.endpoints.token;
    let work = Rc::new(Collect::new(setup.client.form(place, before).with(""), "refresh_token", count));
    let tally = drive(place, LOGINS_AT_ONCE, PATIENCE, work.clone())
        .await
        .with_context(|| format!("cannot reach {}", place.origin()))?;
    if let Some(error) = tally.first_error {
        bail!("password grant: {error}");
    }
    let tokens = work.take();
    if tokens.len() < setup.conns {
        bail!("password grant: only {} answers have a refresh_token; does the scope allow one?", tokens.len());
    }
    Ok(tokens)
}
