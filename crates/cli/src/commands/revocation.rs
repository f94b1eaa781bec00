//! `jeton token revoke --filter …` and `jeton token revocations …`: many tokens at once.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::thread::sleep;
use std::time::Duration;

use http::Method;
use serde_json::{Map, Value, json};

use super::{filter, token_columns};
use crate::args::{RevocationCommand, RevocationId, Revocations, Revoke};
use crate::exit::{Done, Failure};
use crate::output::{self, Column};
use crate::remote::Remote;
use crate::stderr::{note, part};

const COLUMNS: &[Column] = &[
    ("ID", "id"),
    ("STATE", "state"),
    ("COUNT", "count"),
    ("ENDED", "ended"),
    ("SUSPENDED", "suspended_at"),
    ("KILL", "kill_at"),
    ("REASON", "reason"),
];

/// Between two looks at how far it is.
const GLANCE: Duration = Duration::from_millis(300);

/// Shows the selected tokens, asks, suspends; without a time window, waits for the revocation.
pub(super) fn revoke(args: &Revoke) -> Done {
    let window = output::seconds("--undo-window", &args.undo_window)?;
    let words = filter::words(&args.filter, Vec::new())?;
    let words: Map<_, _> = words.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    let mut order = Map::from_iter([("filter".to_owned(), Value::Object(words)), ("all".to_owned(), args.all.into())]);
    if !args.dry_run && args.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Failure::misuse("say why: --reason TEXT"));
    }
    let asks = std::io::stdin().is_terminal();
    if !args.dry_run && !args.yes && !asks {
        return Err(Failure::misuse("there is no terminal to ask on: check with --dry-run, then use --yes"));
    }
    let remote = Remote::find(&args.target)?;
    let mut look = order.clone();
    look.insert("dry_run".to_owned(), true.into());
    let preview = remote.send(Method::POST, &["revocations"], look)?;
    let count = preview.get("count").and_then(Value::as_u64).unwrap_or(0);
    if args.dry_run && args.target.json {
        return output::json(&preview);
    }
    if !args.target.json {
        let sample = preview.get("sample").cloned().unwrap_or_default();
        output::table(&json!({ "items": sample, "total": count }), token_columns::COLUMNS);
    }
    if args.dry_run {
        return Ok(());
    }
    if count == 0 {
        return Err(Failure::failed("no live token matches: nothing is revoked"));
    }
    if !args.yes && !agreed(count, window)? {
        return Err(Failure::failed("nothing is revoked"));
    }
    order.insert("reason".to_owned(), args.reason.clone().into());
    order.insert("undo_window".to_owned(), window.into());
    order.insert("expect".to_owned(), count.into());
    let made = remote.send(Method::POST, &["revocations"], order)?;
    followed(&remote, made, args.target.json)
}

/// Lists, shows, undoes or ends.
pub(super) fn revocations(args: &Revocations) -> Done {
    match &args.what {
        None => {
            let mut query = vec![("limit", args.limit.to_string())];
            query.extend(args.after.map(|id| ("after", id.to_string())));
            let page = Remote::find(&args.target)?.get(&["revocations"], &query)?;
            if args.target.json {
                return output::json(&page);
            }
            output::table(&page, COLUMNS);
            Ok(())
        }
        Some(RevocationCommand::Show(one)) => {
            let found = Remote::find(&one.target)?.get(&["revocations", &one.id.to_string()], &[])?;
            if one.target.json {
                return output::json(&found);
            }
            output::show(&found);
            Ok(())
        }
        Some(RevocationCommand::Undo(one)) => decide(one, "undo"),
        Some(RevocationCommand::Kill(one)) => decide(one, "kill"),
    }
}

fn decide(one: &RevocationId, way: &str) -> Done {
    let remote = Remote::find(&one.target)?;
    let decided = remote.send(Method::POST, &["revocations", &one.id.to_string(), way], Map::new())?;
    followed(&remote, decided, one.target.json)
}

/// Waits while tokens are being revoked, and prints the result.
fn followed(remote: &Remote, mut revocation: Value, json: bool) -> Done {
    let id = revocation.get("id").unwrap_or(&Value::Null).to_string();
    let shows = std::io::stderr().is_terminal();
    while state(&revocation) == "ending" {
        if shows {
            part!("\r{} of {} tokens are revoked", member(&revocation, "ended"), member(&revocation, "count"));
        }
        sleep(GLANCE);
        revocation = remote.get(&["revocations", &id], &[])?;
    }
    if shows {
        part!("\r");
    }
    if json {
        return output::json(&revocation);
    }
    let (count, ended) = (tokens(member(&revocation, "count")), tokens(member(&revocation, "ended")));
    match state(&revocation) {
        "suspended" => {
            note!("{count} suspended; to undo it: jeton token revocations undo {id}");
            output::show(&revocation);
        }
        "undone" => note!("{count} valid again"),
        "ended" => note!("{ended} revoked"),
        _ => output::show(&revocation),
    }
    Ok(())
}

fn state(revocation: &Value) -> &str {
    revocation.get("state").and_then(Value::as_str).unwrap_or_default()
}

/// So many of them, as the beginning of a sentence.
fn tokens(count: u64) -> String {
    if count == 1 { "1 token is".to_owned() } else { format!("{count} tokens are") }
}

fn member(revocation: &Value, name: &str) -> u64 {
    revocation.get(name).and_then(Value::as_u64).unwrap_or(0)
}

/// Asks the person at the terminal.
fn agreed(count: u64, window: u64) -> Done<bool> {
    let then = match window {
        0 => "Revoke them for good".to_owned(),
        seconds => format!("Suspend them, and revoke them in {seconds} seconds"),
    };
    part!("{count} live tokens. {then}? Type yes: ");
    std::io::stderr().flush().map_err(Failure::failed)?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(Failure::failed)?;
    Ok(answer.trim() == "yes")
}
