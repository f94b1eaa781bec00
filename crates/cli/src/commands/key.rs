//! `jeton key …`

use http::Method;
use serde_json::{Map, Value};

use crate::args::{KeyCommand, Rotate, Target};
use crate::exit::Done;
use crate::output::{self, Column};
use crate::remote::Remote;

const COLUMNS: &[Column] = &[
    ("KID", "kid"),
    ("ALG", "alg"),
    ("STATE", "state"),
    ("PUBLISHED", "published_at"),
    ("SIGNS FROM", "active_at"),
    ("GONE FROM", "retired_at"),
];

pub(super) fn run(command: KeyCommand) -> Done {
    match command {
        KeyCommand::List(args) => shown(&args.target, &Remote::find(&args.target)?.get(&["keys"], &[])?),
        KeyCommand::Rotate(args) => rotate(&args),
        KeyCommand::Retire(args) => {
            let keys = Remote::find(&args.target)?.send(Method::POST, &["keys", &args.kid, "retire"], Map::new())?;
            shown(&args.target, &keys)
        }
    }
}

fn rotate(args: &Rotate) -> Done {
    let mut members = Map::new();
    if let Some(alg) = &args.alg {
        members.insert("alg".into(), alg.as_str().into());
    }
    if let Some(written) = &args.publish_ahead {
        members.insert("publish_ahead".into(), output::seconds("--publish-ahead", written)?.into());
    }
    shown(&args.target, &Remote::find(&args.target)?.send(Method::POST, &["keys", "rotate"], members)?)
}

fn shown(target: &Target, keys: &Value) -> Done {
    if target.json {
        return output::json(keys);
    }
    output::table(keys, COLUMNS);
    Ok(())
}
