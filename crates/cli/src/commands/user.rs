//! `jeton user …`

use http::Method;
use serde_json::{Map, Value, json};

use super::standard_input;
use crate::args::{Target, UserCommand, UserFields};
use crate::exit::{Done, Failure};
use crate::output::{self, Column, secret};
use crate::remote::Remote;
use crate::stderr::note;

const COLUMNS: &[Column] = &[
    ("USERNAME", "username"),
    ("SUB", "sub"),
    ("NAME", "name"),
    ("EMAIL", "email"),
    ("ROLES", "roles"),
    ("ENABLED", "enabled"),
];

pub(super) fn run(command: UserCommand) -> Done {
    match command {
        UserCommand::Create(args) => create(&args),
        UserCommand::List(args) => {
            let page = Remote::find(&args.target)?.get(&["users"], &args.query())?;
            if args.target.json {
                return output::json(&page);
            }
            output::table(&page, COLUMNS);
            Ok(())
        }
        UserCommand::Show(args) => {
            shown(&args.target, &Remote::find(&args.target)?.get(&["users", &args.username], &[])?)
        }
        UserCommand::Update(args) => {
            let remote = Remote::find(&args.target)?;
            let path = ["users", args.username.as_str()];
            let Value::Object(mut user) = remote.get(&path, &[])? else {
                return Err(Failure::failed("the server's answer is not a user"));
            };
            let new = fields(&args)?;
            forget_verification(&mut user, &new);
            user.extend(new);
            shown(&args.target, &remote.send(Method::PUT, &path, user)?)
        }
        UserCommand::Delete(args) => {
            Remote::find(&args.target)?.send(Method::DELETE, &["users", &args.username], Map::new())?;
            if args.target.json {
                return output::json(&json!({ "username": args.username, "deleted": true }));
            }
            note!("user {} is deleted", args.username);
            Ok(())
        }
        UserCommand::Password(args) => {
            let mut members = Map::new();
            if args.password_stdin {
                members.insert("password".into(), standard_input::secret("password")?.as_str().into());
            }
            members.insert("keep_tokens".into(), args.keep_tokens.word().into());
            let path = ["users", args.username.as_str(), "password"];
            shown(&args.target, &Remote::find(&args.target)?.send(Method::POST, &path, members)?)
        }
    }
}

/// Another address or number than the one that was verified is not verified.
fn forget_verification(user: &mut Map<String, Value>, new: &Map<String, Value>) {
    for (claim, verified) in [("email", "email_verified"), ("phone_number", "phone_number_verified")] {
        if new.get(claim).is_some_and(|value| user.get(claim) != Some(value)) {
            user.remove(verified);
        }
    }
}

fn create(args: &UserFields) -> Done {
    let remote = Remote::find(&args.target)?;
    let mut user = fields(args)?;
    let made = match user.get("password") {
        Some(_) => None,
        None => Some(secret::password()?),
    };
    if let Some(password) = &made {
        user.insert("password".into(), password.as_str().into());
    }
    let mut user = remote.send(Method::POST, &["users"], user)?;
    if let (Some(password), Value::Object(members)) = (&made, &mut user) {
        members.insert("password".into(), password.as_str().into());
    }
    shown(&args.target, &user)
}

fn shown(target: &Target, user: &Value) -> Done {
    if target.json {
        return output::json(user);
    }
    output::show(user);
    if user.get("password").is_some() {
        note!("the password is shown only now");
    }
    Ok(())
}

/// The command line's options, under their names in the API.
fn fields(args: &UserFields) -> Done<Map<String, Value>> {
    let mut user = Map::new();
    let mut set = |name: &str, value: Option<Value>| value.map(|value| user.insert(name.to_owned(), value));
    set("username", Some(args.username.clone().into()));
    set("sub", args.sub.clone().map(Value::from));
    set("name", args.name.clone().map(Value::from));
    set("email", args.email.clone().map(Value::from));
    set("phone_number", args.phone_number.clone().map(Value::from));
    set("roles", args.roles.clone().map(Value::from));
    set("groups", args.groups.clone().map(Value::from));
    set("enabled", args.enabled.map(Value::from));
    if args.password_stdin {
        set("password", Some(standard_input::secret("password")?.as_str().into()));
    }
    Ok(user)
}
