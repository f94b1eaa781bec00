//! The document `vic.AppTokens`: which apps the robot lets in. It is made of the live app tokens, so whatever ends one removes it.
//!
//! A robot that cannot read it lets no app in, and it keeps entries of its old list where one lacks a member. So it is always
//! whole, every entry has all members, and it fits into the robot's buffer.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::doc::Doc;
use crate::Robots;
use crate::app_token::{APP_ID, HASH};
use crate::robot::{Ends, Robot, RobotState};
use crate::text::timestamp_text;
use jeton_ledger::ledger::{TokenPlan, Verdict};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::TokenId;
use jeton_model::records::{Token, TokenDetails};

/// Its name.
pub(super) const NAME: &str = "vic.AppTokens";
/// The longest answer that a robot reads, in bytes (`docs/contracts/vector.md` section 10), less what is around the document.
const ROOM: usize = 32_768 - 1_024;

#[derive(Serialize)]
struct Whole<'a> {
    client_tokens: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    hash: &'a str,
    client_name: &'a str,
    app_id: &'a str,
    issued_at: String,
}

impl<'a> Entry<'a> {
    fn of(details: Option<&'a TokenDetails>, issued: Timestamp) -> Self {
        let member = |name: &str| details.and_then(|d| d.other.get(name)).and_then(Value::as_str).unwrap_or_default();
        Self {
            hash: member(HASH),
            client_name: details.and_then(|d| d.name.as_deref()).unwrap_or_default(),
            app_id: member(APP_ID),
            issued_at: timestamp_text(issued.whole_second()),
        }
    }

    /// Its bytes in the answer, where the document is a text within JSON.
    fn bytes(&self) -> Result<usize, Refusal> {
        let text = serde_json::to_string(self)?;
        Ok(serde_json::to_string(&text)?.len())
    }
}

/// The rows of a robot's app tokens that let apps in now, the oldest first.
///
/// # Errors
/// When the store fails: a part of them would lock the others out.
pub(crate) async fn live_apps(robots: &Robots, state: &RobotState) -> Result<Vec<Arc<Token>>, Refusal> {
    let mut live = Vec::with_capacity(state.apps.len());
    for id in &state.apps {
        if let Some(row) = robots.ledger.token(*id).await?
            && let Verdict::Active(found) = robots.ledger.judge(row).await?
            && let Verdict::Active(found) = robots.ledger.afresh(found).await?
        {
            live.push(found.token);
        }
    }
    Ok(live)
}

/// The document. Its version grows with each new token and with each that ended.
pub(super) async fn document(robots: &Robots, state: &RobotState) -> Result<Doc, Refusal> {
    let rows = live_apps(robots, state).await?;
    let client_tokens: Vec<_> = rows.iter().map(|row| Entry::of(row.details.as_deref(), row.issued)).collect();
    let version = (1 + 2 * state.apps_ever).saturating_sub(rows.len() as u64);
    Ok(Doc {
        version,
        format: 1,
        client_metadata: String::new(),
        json: serde_json::to_string(&Whole { client_tokens })?,
    })
}

/// Drops what has ended from a robot's list, and ends its oldest app tokens until there is room for a new one in the document.
///
/// # Errors
/// When the store fails.
pub(crate) async fn make_room(
    robots: &Robots,
    robot: &mut Robot,
    new: &TokenPlan,
    ends: &mut Ends,
) -> Result<(), Refusal> {
    let mut left = ROOM.saturating_sub(Entry::of(Some(&new.details), robots.ledger.now()).bytes()?);
    let mut kept: Vec<TokenId> = Vec::new();
    let mut is_full = false;
    for row in live_apps(robots, &robot.state).await?.iter().rev() {
        if ends.tokens.contains(&row.id) {
            continue;
        }
        let bytes = Entry::of(row.details.as_deref(), row.issued).bytes()?;
        is_full |= bytes > left;
        if is_full {
            tracing::warn!(robot = robot.device.name, token = %row.id, "an app token ends: the robot reads no longer list");
            ends.tokens.push(row.id);
        } else {
            left -= bytes;
            kept.push(row.id);
        }
    }
    kept.reverse();
    robot.state.apps = kept;
    Ok(())
}
