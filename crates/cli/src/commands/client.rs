//! `jeton client …`

use std::path::Path;

use http::Method;
use jeton_core::model::{Shape, client_property};
use serde_json::{Map, Value};

use super::standard_input;
use crate::args::{ClientCommand, ClientFields, Target};
use crate::exit::{Done, Failure};
use crate::output::{self, Column};
use crate::remote::Remote;
use crate::stderr::note;

const COLUMNS: &[Column] = &[
    ("CLIENT_ID", "client_id"),
    ("NAME", "client_name"),
    ("METHOD", "token_endpoint_auth_method"),
    ("GRANTS", "grant_types"),
    ("SCOPE", "scope"),
    ("ENABLED", "enabled"),
];

pub(super) fn run(command: ClientCommand) -> Done {
    match command {
        ClientCommand::Create(args) => {
            let client = Remote::find(&args.target)?.send(Method::POST, &["clients"], fields(&args)?)?;
            shown(&args.target, &client)
        }
        ClientCommand::List(args) => {
            let page = Remote::find(&args.target)?.get(&["clients"], &args.query())?;
            if args.target.json {
                return output::json(&page);
            }
            output::table(&page, COLUMNS);
            Ok(())
        }
        ClientCommand::Show(args) => {
            shown(&args.target, &Remote::find(&args.target)?.get(&["clients", &args.client_id], &[])?)
        }
        ClientCommand::Update(args) => {
            let remote = Remote::find(&args.target)?;
            let path = ["clients", args.client_id.as_str()];
            let Value::Object(mut client) = remote.get(&path, &[])? else {
                return Err(Failure::failed("the server's answer is not a client"));
            };
            client.extend(fields(&args)?);
            shown(&args.target, &remote.send(Method::PUT, &path, client)?)
        }
        ClientCommand::Delete(args) => {
            Remote::find(&args.target)?.send(Method::DELETE, &["clients", &args.client_id], Map::new())?;
            if args.target.json {
                return output::json(&serde_json::json!({ "client_id": args.client_id, "deleted": true }));
            }
            note!("client {} is deleted", args.client_id);
            Ok(())
        }
        ClientCommand::Adopt(args) => {
            let path = ["clients", args.client_id.as_str(), "adopt"];
            shown(&args.target, &Remote::find(&args.target)?.send(Method::POST, &path, Map::new())?)
        }
        ClientCommand::Secret(args) => {
            let path = ["clients", args.client_id.as_str(), "secret"];
            shown(&args.target, &Remote::find(&args.target)?.send(Method::POST, &path, Map::new())?)
        }
    }
}

fn shown(target: &Target, client: &Value) -> Done {
    if target.json {
        return output::json(client);
    }
    output::show(client);
    if client.get("client_secret").is_some() {
        note!("the client_secret is shown only now");
    }
    Ok(())
}

/// The command line's options, under their names in the API.
fn fields(args: &ClientFields) -> Done<Map<String, Value>> {
    let mut client = match &args.metadata {
        Some(path) => metadata(path)?,
        None => Map::new(),
    };
    for (name, value) in &args.properties.0 {
        let value = match (client_property(name).map(|property| property.shape), value) {
            (Some(Shape::Seconds), Value::String(written)) => {
                output::seconds(&format!("--{}", name.replace('_', "-")), written)?.into()
            }
            _ => value.clone(),
        };
        client.insert(name.clone(), value);
    }
    client.insert("client_id".to_owned(), args.client_id.clone().into());
    if args.secret_stdin {
        client.insert("client_secret".to_owned(), standard_input::secret("client secret")?.as_str().into());
    }
    Ok(client)
}

fn metadata(path: &Path) -> Done<Map<String, Value>> {
    let unreadable =
        |why: &dyn std::fmt::Display| Failure::misuse(format_args!("--metadata {}: {why}", path.display()));
    let text = std::fs::read(path).map_err(|error| unreadable(&error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable(&error))
}
