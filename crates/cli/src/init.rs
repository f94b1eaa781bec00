//! `jeton init`: a first configuration, and the credentials of a first administrator, printed once.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use jeton_core::administration::{ADMIN_ROLE, ADMIN_SCOPE, Caller, create_client, read_user};
use jeton_core::refusals::CONFLICT;
use jeton_core::{Jeton, Refusal};
use jeton_server::config::{Config, sample};
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::args;
use crate::exit::{Done, Failure};
use crate::output::{line, secret};
use crate::serve::{self, DEFAULT_SERVICE, Declared, Node, Source};

/// The administrator who signs in to the console.
const USERNAME: &str = "admin";
/// The client with which scripts get administrators' tokens.
const CLIENT_ID: &str = "jeton-admin";

/// Does what `jeton init` was asked for.
pub(crate) fn run(args: &args::Init) -> Done {
    write(&args.config)?;
    let prepared = Source::File(args.config.clone()).read().and_then(|config| {
        let runtime = serve::runtime(Some(1))?;
        let made = runtime.block_on(prepare(&config));
        runtime.shutdown_background();
        Ok((config, made?))
    });
    match prepared {
        Ok((config, made)) => {
            say(&args.config, &config, &made, args.json);
            Ok(())
        }
        Err(failure) => {
            // So that it can be tried again.
            let _ = std::fs::remove_file(&args.config);
            Err(failure.context("nothing was written: "))
        }
    }
}

fn write(path: &Path) -> Done {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let written = file.and_then(|mut file| file.write_all(sample().as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        let path = path.display();
        Failure::failed(match error.kind() {
            ErrorKind::AlreadyExists => format!("{path} exists and is left as it is: name another with --config"),
            _ => format!("cannot write {path}: {error}"),
        })
    })
}

/// What is printed once; none where it exists already.
struct Made {
    password: Option<Zeroizing<String>>,
    client_secret: Option<Zeroizing<String>>,
}

async fn prepare(config: &Config) -> Done<Made> {
    let declared = Declared::read(config)?;
    let node = Node::open(config).await?;
    let made = async {
        declared.apply(&node.jeton).await?;
        bootstrap(&node.jeton).await
    };
    let made = made.await;
    node.close().await?;
    made
}

async fn bootstrap(jeton: &Arc<Jeton>) -> Done<Made> {
    let (caller, password, client_secret) = (Caller::configuration(), secret::password()?, secret::client_secret()?);
    let user = json!({ "username": USERNAME, "name": "Administrator", "roles": [ADMIN_ROLE], "password": *password });
    let client = json!({
        "client_id": CLIENT_ID,
        "client_name": "Administration",
        "client_secret": *client_secret,
        "grant_types": ["client_credentials"],
        "response_types": [],
        "scope": ADMIN_SCOPE,
        "default_scope": ADMIN_SCOPE,
    });
    let user =
        async { jeton.administration.put_user(&caller, read_user(DEFAULT_SERVICE, members(user))?, false).await };
    let has_user = is_new(user.await)?;
    let client = create_client(&jeton.administration, &caller, DEFAULT_SERVICE, members(client));
    let has_client = is_new(client.await)?;
    Ok(Made { password: has_user.then_some(password), client_secret: has_client.then_some(client_secret) })
}

fn members(document: Value) -> Map<String, Value> {
    if let Value::Object(members) = document { members } else { Map::new() }
}

/// Whether the record was made; one of the same name is left as it is.
fn is_new<T>(outcome: Result<T, Refusal>) -> Done<bool> {
    match outcome {
        Ok(_) => Ok(true),
        Err(refusal) if refusal.is(&CONFLICT) => Ok(false),
        Err(refusal) => Err(Failure::failed(refusal)),
    }
}

fn say(path: &Path, config: &Config, made: &Made, as_json: bool) {
    let Made { password, client_secret } = made;
    if as_json {
        let document = json!({
            "config": path,
            "issuer": config.issuer,
            "admin": { "username": USERNAME, "password": password },
            "client": { "client_id": CLIENT_ID, "client_secret": client_secret, "scope": ADMIN_SCOPE },
        });
        line(document);
        return;
    }
    let kept = "(exists already; its secret stays)";
    let shown = |secret: &Option<Zeroizing<String>>| secret.as_ref().map_or_else(|| kept.to_owned(), |s| s.to_string());
    line(format_args!(
        "\
{path} is written. The first administrator, shown only now:

  console        {issuer}/console
  administrator  {USERNAME}  password {password}
  for scripts    client {CLIENT_ID}  secret {client_secret}  scope {ADMIN_SCOPE}

Next: read the file, then `jeton check --config {path}` and `jeton serve --config {path}`.",
        path = path.display(),
        issuer = config.issuer,
        password = shown(password),
        client_secret = shown(client_secret),
    ));
}
