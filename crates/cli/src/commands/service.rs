//! `jeton service …`

use http::Method;
use serde_json::{Map, Value};

use crate::args::{ServiceCommand, Target};
use crate::exit::Done;
use crate::output::{self, Column};
use crate::remote::Remote;

const COLUMNS: &[Column] =
    &[("ID", "id"), ("NAME", "name"), ("ISSUER", "issuer"), ("ENABLED", "enabled"), ("ALG", "signing_alg")];

pub(super) fn run(command: ServiceCommand) -> Done {
    match command {
        ServiceCommand::List(args) => {
            let services = Remote::find(&args.target)?.get(&["services"], &[])?;
            if args.target.json {
                return output::json(&services);
            }
            output::table(&services, COLUMNS);
            Ok(())
        }
        ServiceCommand::Show(args) => {
            shown(&args.target, &Remote::find(&args.target)?.get(&["services", &args.id.to_string()], &[])?)
        }
        ServiceCommand::Enable(args) => switch(&args.target, args.id, "enable"),
        ServiceCommand::Disable(args) => switch(&args.target, args.id, "disable"),
    }
}

fn switch(target: &Target, id: u64, how: &str) -> Done {
    let path = ["services", &id.to_string(), how];
    shown(target, &Remote::find(target)?.send(Method::POST, &path, Map::new())?)
}

fn shown(target: &Target, service: &Value) -> Done {
    if target.json {
        return output::json(service);
    }
    output::show(service);
    Ok(())
}
