//! `jeton vector …`

use http::Method;
use serde_json::{Map, Value, json};

use crate::args::{Target, VectorCommand};
use crate::exit::Done;
use crate::output::{self, Column};
use crate::remote::Remote;
use crate::stderr::note;
use crate::vector_home;

const ROBOTS: &[Column] = &[
    ("ROBOT", "name"),
    ("OWNER", "owner_name"),
    ("ENABLED", "enabled"),
    ("APPS", "apps"),
    ("LAST REFRESH", "last_refresh_at"),
    ("TOKEN UNTIL", "jwt_expires_at"),
    ("ADOPTS UNTIL", "adopts_until_at"),
];

const APPS: &[Column] = &[("TOKEN", "token"), ("DEVICE", "client_name"), ("APP", "app_id"), ("ISSUED", "issued_at")];

pub(super) fn run(command: VectorCommand) -> Done {
    match command {
        VectorCommand::Init(args) => vector_home::init(&args),
        VectorCommand::Robots(args) => {
            listed(&args.target, &Remote::find(&args.target)?.get(&["robots"], &args.query())?, ROBOTS)
        }
        VectorCommand::Apps(args) => {
            listed(&args.target, &Remote::find(&args.target)?.get(&["robots", &args.robot, "apps"], &[])?, APPS)
        }
        VectorCommand::Forget(args) => {
            let remote = Remote::find(&args.target)?;
            remote.send(Method::DELETE, &["robots", &args.robot], Map::new())?;
            // A certificate that was revoked stays so: the command says what it did not change.
            let is_banned = remote.get(&["robots", &args.robot], &[])?.get("enabled") == Some(&Value::Bool(false));
            done(&args.target, &args.robot, "forgotten")?;
            if is_banned && !args.target.json {
                note!("its certificate stays revoked: jeton vector unban {} --reason WHY lets it in again", args.robot);
            }
            Ok(())
        }
        VectorCommand::Release(args) => {
            Remote::find(&args.target)?.send(Method::POST, &["robots", &args.robot, "release"], Map::new())?;
            done(&args.target, &args.robot, "released")
        }
        VectorCommand::Adopt(args) => {
            let seconds = output::seconds("--for", &args.duration)?;
            let members = [("seconds".to_owned(), seconds.into())].into_iter().collect();
            let robot = Remote::find(&args.target)?.send(Method::POST, &["robots", &args.robot, "adopt"], members)?;
            if args.target.json {
                return output::json(&robot);
            }
            note!("robot {} may become ours for {}: log in from its app now", args.robot, args.duration);
            Ok(())
        }
        VectorCommand::Unban(args) => {
            let members = [("reason".to_owned(), args.reason.as_str().into())].into_iter().collect();
            let robot = Remote::find(&args.target)?.send(Method::POST, &["robots", &args.robot, "unban"], members)?;
            if args.target.json {
                return output::json(&robot);
            }
            let name = &args.robot;
            note!("robot {name} may come again. Its tokens have ended: clear its user data, or run");
            note!("jeton vector adopt {name} and log in from its app");
            Ok(())
        }
    }
}

fn listed(target: &Target, page: &Value, columns: &[Column]) -> Done {
    if target.json {
        return output::json(page);
    }
    output::table(page, columns);
    Ok(())
}

fn done(target: &Target, robot: &str, what: &str) -> Done {
    if target.json {
        return output::json(&json!({ "name": robot, what: true }));
    }
    note!("robot {robot} is {what}");
    Ok(())
}
