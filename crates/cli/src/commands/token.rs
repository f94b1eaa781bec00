//! `jeton token …`: the ledger's verbs.

use http::Method;
use jeton_jose::Jwk;
use serde_json::{Map, Value, json};

use super::token_columns::COLUMNS;
use super::{filter, revocation, standard_input, token_import};
use crate::args::{Amend, Mint, Revoke, RotateToken, TokenCommand, TokenList, TokenText};
use crate::exit::{Done, Failure};
use crate::output;
use crate::remote::Remote;
use crate::stderr::note;

pub(super) fn run(command: TokenCommand) -> Done {
    match command {
        TokenCommand::Mint(args) => mint(&args),
        TokenCommand::Inspect(args) => inspect(&args),
        TokenCommand::List(args) => list(&args),
        TokenCommand::Amend(args) => amend(&args),
        TokenCommand::Revoke(args) if args.all || !args.filter.is_empty() => revocation::revoke(&args),
        TokenCommand::Revoke(args) => revoke(&args),
        TokenCommand::Revocations(args) => revocation::revocations(&args),
        TokenCommand::Rotate(args) => rotate(&args),
        TokenCommand::Import(args) => token_import::run(&args),
    }
}

fn mint(args: &Mint) -> Done {
    let mut order = Map::new();
    let mut set = |name: &str, value: Option<Value>| value.map(|value| order.insert(name.to_owned(), value));
    set("kind", Some(args.kind.name().into()));
    set("format", args.format.map(|format| format.name().into()));
    set("client_id", args.client.clone().map(Value::from));
    set("username", args.user.clone().map(Value::from));
    set("scope", args.scope.clone().map(Value::from));
    set("audience", args.audience.clone().map(Value::from));
    set("lifetime", args.lifetime.as_deref().map(lifetime).transpose()?);
    set("name", args.name.clone().map(Value::from));
    set("description", args.description.clone().map(Value::from));
    set("address_ranges", (!args.from.is_empty()).then(|| args.from.clone().into()));
    set("dpop_key", args.dpop_key.as_deref().map(thumbprint).transpose()?.map(Value::from));
    let minted = Remote::find(&args.target)?.send(Method::POST, &["tokens"], order)?;
    say_minted(&minted, args.target.json)
}

/// The thumbprint of the key in a file; what is no file is a thumbprint. The key itself stays here.
fn thumbprint(named: &str) -> Done<String> {
    let Ok(text) = std::fs::read(named) else { return Ok(named.to_owned()) };
    let jwk = serde_json::from_slice::<Jwk>(&text).ok().and_then(|jwk| jwk.thumbprint().ok());
    jwk.ok_or_else(|| Failure::misuse(format_args!("--dpop-key {named}: the file has no JWK of a key pair")))
}

fn rotate(args: &RotateToken) -> Done {
    let mut order = Map::new();
    order.insert("overlap".into(), output::seconds("--overlap", &args.overlap)?.into());
    if let Some(written) = &args.lifetime {
        order.insert("lifetime".into(), lifetime(written)?);
    }
    let remote = Remote::find(&args.target)?;
    let minted = remote.send(Method::POST, &["tokens", &args.id.to_string(), "rotate"], order)?;
    say_minted(&minted, args.target.json)
}

fn say_minted(minted: &Value, as_json: bool) -> Done {
    if as_json {
        return output::json(minted);
    }
    let text = minted.get("token").and_then(Value::as_str);
    let text = text.ok_or_else(|| Failure::failed("the server's answer contains no token"))?;
    // Alone on stdout, so that TOKEN=$(jeton token mint …) works.
    output::line(text);
    let id = minted.get("id").unwrap_or(&Value::Null);
    note!("token {id}, shown only now");
    Ok(())
}

fn inspect(args: &TokenText) -> Done {
    let remote = Remote::find(&args.target)?;
    let found = match Named::read(&args.token)? {
        Named::Number(id) => remote.get(&["tokens", &id], &[])?,
        Named::Text(members) => remote.send(Method::POST, &["tokens", "inspect"], members)?,
    };
    if args.target.json {
        return output::json(&found);
    }
    output::show(&found);
    Ok(())
}

fn list(args: &TokenList) -> Done {
    let mut flags = Vec::new();
    let mut set = |name: &'static str, value: Option<String>| flags.extend(value.map(|value| (name, value)));
    set("kind", (!args.kind.is_empty()).then(|| args.kind.join(",")));
    set("client_id", args.client.clone());
    set("username", args.user.clone());
    set("scope", args.scope.clone());
    set("grant", args.grant.map(|id| id.to_string()));
    set("live", args.live.then(|| "true".to_owned()));
    let words = filter::words(&args.filter, flags)?;
    let mut query: Vec<_> = words.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    query.push(("limit", args.limit.to_string()));
    query.extend(args.after.map(|id| ("after", id.to_string())));
    let page = Remote::find(&args.target)?.get(&["tokens"], &query)?;
    if args.target.json {
        return output::json(&page);
    }
    output::table(&page, COLUMNS);
    Ok(())
}

fn amend(args: &Amend) -> Done {
    let mut change = Map::new();
    let mut set = |name: &str, value: Option<Value>| value.map(|value| change.insert(name.to_owned(), value));
    set("scope", args.scope.clone().map(Value::from));
    set("lifetime", args.lifetime.as_deref().map(lifetime).transpose()?);
    set("name", args.name.clone().map(Value::from));
    set("description", args.description.clone().map(Value::from));
    if change.is_empty() {
        return Err(Failure::misuse("say what to change: --scope, --lifetime, --name or --description"));
    }
    let changed = Remote::find(&args.target)?.send(Method::PATCH, &["tokens", &args.id.to_string()], change)?;
    if args.target.json {
        return output::json(&changed);
    }
    output::show(&changed);
    Ok(())
}

fn revoke(args: &Revoke) -> Done {
    if args.reason.is_some() || args.yes || args.dry_run {
        return Err(Failure::misuse("--reason, --yes and --dry-run go with --filter or --all"));
    }
    let remote = Remote::find(&args.target)?;
    let done = match Named::read(&args.token)? {
        Named::Number(id) => remote.send(Method::POST, &["tokens", &id, "revoke"], Map::new())?,
        Named::Text(members) => remote.send(Method::POST, &["tokens", "revoke"], members)?,
    };
    if args.target.json {
        return output::json(&done);
    }
    let id = done.get("id").unwrap_or(&Value::Null);
    match done.get("changed") {
        Some(Value::Bool(true)) => note!("token {id} is revoked"),
        _ => note!("token {id} had ended already"),
    }
    Ok(())
}

/// Selects the token.
enum Named {
    Number(String),
    Text(Map<String, Value>),
}

impl Named {
    fn read(argument: &str) -> Done<Self> {
        if !argument.is_empty() && argument.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Self::Number(argument.to_owned()));
        }
        let mut members = Map::new();
        if argument == "-" {
            members.insert("token".into(), standard_input::secret("token")?.as_str().into());
        } else {
            note!("warning: other users of this machine can see the command line: pass the token on standard input");
            members.insert("token".into(), argument.into());
        }
        Ok(Self::Text(members))
    }
}

fn lifetime(written: &str) -> Done<Value> {
    if written == "never" { Ok(json!("never")) } else { output::seconds("--lifetime", written).map(Value::from) }
}
