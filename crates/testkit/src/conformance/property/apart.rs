//! Commands that may not run at the same time where several processes write.
//!
//! A missing row cannot be locked. Two transactions that each look for a row which the other one is adding may both
//! find nothing, though in no order of the two would they. Neither row was acknowledged, so this cannot be observed:
//! stores may let it happen, and the property does not test it.

use jeton_core::model::{SingleUse, SingleUseKey, SingleUseKind};
use jeton_core::store::{Command, Precondition, Record, Write};

/// A row: its noun, its number, its key.
type Row = (&'static str, u64, Option<SingleUseKey>);

/// The commands that may be under way at once, and those to be done one after the other behind them.
pub(super) fn apart(commands: &[Command]) -> (Vec<Command>, Vec<Command>) {
    let made_by: Vec<Vec<Row>> = commands.iter().map(|c| c.writes.iter().filter_map(makes).collect()).collect();
    let numbered = commands.iter().cloned().enumerate();
    let (behind, first): (Vec<_>, Vec<_>) = numbered.partition(|(n, command)| {
        let others = || made_by.iter().enumerate().filter(|(m, _)| m != n).flat_map(|(_, rows)| rows);
        looks_at(command).iter().any(|row| others().any(|made| made == row))
    });
    let commands = |numbered: Vec<(usize, Command)>| numbered.into_iter().map(|(_, command)| command).collect();
    (commands(first), commands(behind))
}

fn single_use(kind: SingleUseKind, key: SingleUseKey) -> Row {
    ("once", kind.sql().unsigned_abs().into(), Some(key))
}

/// The row that a write adds or replaces.
fn makes(write: &Write) -> Option<Row> {
    Some(match write {
        Write::Token { token, .. } => ("token", token.id.get(), None),
        Write::Grant(grant) => ("grant", grant.id.get(), None),
        Write::SingleUse(entry) => row_of(entry),
        Write::Client(client) => ("client", client.key.get(), None),
        Write::User(user) => ("user", user.key.get(), None),
        Write::Device(device) => ("device", device.id.get(), None),
        Write::Key(key) => ("key", key.id.get(), None),
        Write::Document(document) => ("document", document.id.get(), None),
        _ => return None,
    })
}

fn row_of(entry: &SingleUse) -> Row {
    single_use(entry.kind, entry.key)
}

/// The rows that a command does something else when they are not there.
fn looks_at(command: &Command) -> Vec<Row> {
    let record = |record: &Record| match record {
        Record::Service(service) => ("service", service.id.get(), None),
        Record::Client(client) => ("client", client.key.get(), None),
        Record::User(user) => ("user", user.key.get(), None),
        Record::Device(device) => ("device", device.id.get(), None),
        Record::Document(document) => ("document", document.id.get(), None),
    };
    let needed = command.when.as_ref().map_or_else(Vec::new, |when| match when {
        Precondition::Consume { kind, key, .. } => vec![single_use(*kind, *key)],
        Precondition::Claim(entry) => vec![row_of(entry)],
        Precondition::Rotate { token, .. } | Precondition::Active(token) => vec![("token", token.get(), None)],
        Precondition::Unchanged(records) => records.iter().map(record).collect(),
    });
    let looked = command.writes.iter().filter_map(|write| {
        Some(match write {
            Write::RevokeToken { id, .. } | Write::AmendToken { id, .. } => ("token", id.get(), None),
            Write::RevokeGrant { id, .. } | Write::AmendGrant { id, .. } => ("grant", id.get(), None),
            Write::DeleteClient(key) => ("client", key.get(), None),
            Write::DeleteUser(key) => ("user", key.get(), None),
            Write::DeleteKey(id) => ("key", id.get(), None),
            Write::DeleteDocument(id) => ("document", id.get(), None),
            Write::DropSingleUse { kind, key } => single_use(*kind, *key),
            _ => return None,
        })
    });
    needed.into_iter().chain(looked).collect()
}
