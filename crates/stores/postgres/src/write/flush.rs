//! Sends what a batch writes, and its commit.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::{join_all, join3};
use jeton_model::clock::Timestamp;
use jeton_model::records::{Binding, TokenFormat};
use jeton_model::store::StoreError;

use super::entities;
use super::plan::Effects;
use super::session::Session;
use crate::failure::TransactionError;
use crate::fault::Fault;
use crate::link::Query;
use crate::records::{Param, column, events, grants, json, single_uses, tokens, uses as used};

/// A prepared statement with its parameters.
type Step<'a> = (&'a Query, Vec<Param<'a>>);

/// How many rows a write of an entity changed, by the place of its command.
pub(super) type Changed = Vec<(usize, u64)>;

impl Session {
    /// Writes and commits. `begun`: a transaction is open already. `committing` is set before the commit is on its way.
    pub(super) async fn flush(
        &mut self,
        effects: &Effects<'_>,
        begun: bool,
        committing: &AtomicBool,
    ) -> Result<Changed, TransactionError> {
        let steps = match self.steps(effects) {
            Ok(steps) => steps,
            Err(error) => {
                if begun {
                    self.roll_back().await;
                }
                return Err(TransactionError::Refused(error));
            }
        };
        let changed = if effects.entities.is_empty() {
            committing.store(true, Ordering::Relaxed);
            self.send_at_once(steps, begun).await.map_err(|fault| TransactionError::of(fault, true))?;
            Vec::new()
        } else {
            self.send_in_turn(steps, effects, begun, committing).await?
        };
        self.before = self.next;
        self.next += i64::try_from(effects.events.len()).unwrap_or(i64::MAX);
        self.batch += 1;
        Ok(changed)
    }

    /// All statements and the commit, one behind the other without waiting in between.
    async fn send_at_once(&self, steps: Vec<Step<'_>>, begun: bool) -> Result<(), Fault> {
        if !begun && steps.len() < 2 && self.link.is_ours() {
            // A single statement is its own transaction.
            for (query, parameters) in steps {
                query.run(&self.link.client, parameters).await?;
            }
            return Ok(());
        }
        // A statement that does not even leave this process must not be followed by a commit. (One that the server
        // refuses turns the commit into a rollback there.)
        let sent = AtomicBool::new(true);
        let begin = async { if begun { Ok(()) } else { self.link.begin().await } };
        let statements = join_all(steps.into_iter().map(async |(query, parameters)| {
            let done = query.run(&self.link.client, parameters).await;
            sent.fetch_and(done.is_ok(), Ordering::Relaxed);
            done
        }));
        let commit = async {
            let end = if sent.load(Ordering::Relaxed) { "COMMIT" } else { "ROLLBACK" };
            self.link.batch(end).await
        };
        let (begin, statements, commit) = join3(begin, statements, commit).await;
        begin?;
        statements.into_iter().try_for_each(|done| done.map(|_| ()))?;
        commit
    }

    /// One statement after the other: these are rare, and what they change is counted.
    async fn send_in_turn(
        &self,
        steps: Vec<Step<'_>>,
        effects: &Effects<'_>,
        begun: bool,
        committing: &AtomicBool,
    ) -> Result<Changed, TransactionError> {
        match self.before_commit(steps, effects, begun).await {
            Ok(changed) => {
                committing.store(true, Ordering::Relaxed);
                self.link.batch("COMMIT").await.map_err(|fault| TransactionError::of(fault, true))?;
                Ok(changed)
            }
            Err(trouble) => {
                self.roll_back().await;
                Err(trouble)
            }
        }
    }

    async fn before_commit(
        &self,
        steps: Vec<Step<'_>>,
        effects: &Effects<'_>,
        begun: bool,
    ) -> Result<Changed, TransactionError> {
        let failed = |fault| TransactionError::of(fault, false);
        if !begun {
            self.link.begin().await.map_err(failed)?;
        }
        for (query, parameters) in steps {
            query.run(&self.link.client, parameters).await.map_err(failed)?;
        }
        let mut changed = Vec::new();
        for (place, write) in &effects.entities {
            for statement in entities::statements(write).map_err(TransactionError::Refused)? {
                let query = Query::unnamed(statement.sql);
                let rows = query.run(&self.link.client, statement.parameters).await.map_err(failed)?;
                if statement.counts {
                    changed.push((*place, rows));
                }
            }
        }
        Ok(changed)
    }

    /// The statements of a batch, in the order that all batches have.
    fn steps<'a>(&'a self, effects: &'a Effects<'_>) -> Result<Vec<Step<'a>>, StoreError> {
        let s = &self.statements;
        let mut steps: Vec<Step<'a>> = Vec::new();
        if !effects.tokens.is_empty() {
            steps.push((&s.add_tokens, tokens::arrays(&effects.tokens)?));
        }
        if !effects.aliases.is_empty() {
            let rows = effects.aliases.iter().map(|(token, alias)| (token.service.sql(), *alias, token.id.sql()));
            steps.push((&s.add_aliases, aliases(rows)));
        }
        if !effects.grants.is_empty() {
            steps.push((&s.add_grants, grants::arrays(&effects.grants)?));
        }
        if !effects.single_uses_replaced.is_empty() {
            let rows: Vec<_> = effects.single_uses_replaced.values().copied().collect();
            steps.push((&s.replace_single_use, single_uses::arrays(&rows)));
        }
        if !effects.single_uses_new.is_empty() {
            let rows: Vec<_> = effects.single_uses_new.values().copied().collect();
            steps.push((&s.add_single_use, single_uses::arrays(&rows)));
        }
        if !effects.single_uses_used.is_empty() {
            steps.push((&s.use_single_use, uses(effects)));
        }
        if !effects.token_changes.is_empty() {
            steps.push((&s.amend_tokens, amendments(effects)?));
        }
        if !effects.token_texts.is_empty() {
            steps.push((&s.set_texts, texts(effects)));
            steps.push((
                &s.drop_aliases,
                vec![Box::new(effects.token_texts.keys().map(|id| id.sql()).collect::<Vec<_>>())],
            ));
            let rows = effects.token_texts.iter();
            let rows = rows.filter_map(|(id, (service, text))| Some((*service, text.alias.as_ref()?, id.sql())));
            steps.push((&s.add_aliases, aliases(rows)));
        }
        if !effects.grant_changes.is_empty() {
            steps.push((&s.amend_grants, grant_amendments(effects)?));
        }
        if !effects.token_states.is_empty() {
            steps.push((&s.set_tokens, token_states(effects)));
        }
        if !effects.grant_states.is_empty() {
            steps.push((&s.set_grants, grant_states(effects)));
        }
        if !effects.uses.is_empty() {
            steps.push((&s.add_uses, used::arrays(&effects.uses)));
        }
        if !effects.tally.is_empty() {
            steps.push((&s.add_tally, effects.tally.arrays(self.stream, self.batch)));
        }
        if let Some(more) = i64::try_from(effects.events.len()).ok().filter(|n| *n > 0) {
            steps.push((&s.add_events, events::arrays(&effects.events, self.stream, self.next)?));
            steps.push((&s.mark_stream, vec![Box::new(self.stream), Box::new(self.next + more - 1)]));
        }
        Ok(steps)
    }
}

/// Service, alias and token of each.
fn aliases<'a>(rows: impl Iterator<Item = (i64, &'a [u8; 32], i64)>) -> Vec<Param<'a>> {
    let mut rows: Vec<_> = rows.collect();
    // In the order of their key, like all rows that another transaction may be adding too.
    rows.sort_unstable();
    vec![
        column(&rows, |(service, ..)| *service),
        column(&rows, |(_, alias, _)| alias.as_slice()),
        column(&rows, |(.., id)| *id),
    ]
}

fn texts<'a>(effects: &'a Effects<'_>) -> Vec<Param<'a>> {
    let rows: Vec<_> = effects.token_texts.iter().collect();
    vec![
        column(&rows, |(id, _)| id.sql()),
        column(&rows, |(_, (_, text))| text.verifier.0.as_slice()),
        Box::new(TokenFormat::Opaque.sql()),
    ]
}

fn uses<'a>(effects: &'a Effects<'_>) -> Vec<Param<'a>> {
    let rows: Vec<_> = effects.single_uses_used.iter().collect();
    vec![
        column(&rows, |((kind, _), _)| *kind),
        column(&rows, |((_, key), _)| key.0.as_slice()),
        column(&rows, |(_, used)| used.millis()),
    ]
}

fn amendments<'a>(effects: &'a Effects<'_>) -> Result<Vec<Param<'a>>, StoreError> {
    let rows: Vec<_> = effects.token_changes.iter().collect();
    let details =
        rows.iter().map(|(_, c)| c.details.as_deref().map(json).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![
        column(&rows, |(id, _)| id.sql()),
        column(&rows, |(_, c)| c.scope.as_ref().map(|scope| scope.as_str())),
        column(&rows, |(_, c)| c.expires.is_some()),
        column(&rows, |(_, c)| c.expires.flatten().map(Timestamp::millis)),
        column(&rows, |(_, c)| c.binding.as_ref().map(Binding::sql)),
        Box::new(details),
    ])
}

fn grant_amendments<'a>(effects: &'a Effects<'_>) -> Result<Vec<Param<'a>>, StoreError> {
    let rows: Vec<_> = effects.grant_changes.iter().collect();
    let details =
        rows.iter().map(|(_, c)| c.details.as_deref().map(json).transpose()).collect::<Result<Vec<_>, _>>()?;
    Ok(vec![
        column(&rows, |(id, _)| id.sql()),
        column(&rows, |(_, c)| c.scope.as_ref().map(|scope| scope.as_str())),
        column(&rows, |(_, c)| c.expires.is_some()),
        column(&rows, |(_, c)| c.expires.flatten().map(Timestamp::millis)),
        column(&rows, |(_, c)| c.binding.as_ref().map(Binding::sql)),
        Box::new(details),
    ])
}

fn token_states<'a>(effects: &'a Effects<'_>) -> Vec<Param<'a>> {
    let rows: Vec<_> = effects.token_states.iter().map(|(id, state)| (id.sql(), state.sql())).collect();
    states(&rows)
}

fn grant_states<'a>(effects: &'a Effects<'_>) -> Vec<Param<'a>> {
    let rows: Vec<_> = effects.grant_states.iter().map(|(id, state)| (id.sql(), grants::state(*state))).collect();
    states(&rows)
}

/// An id, and a state in its three columns.
type StateRow = (i64, (i16, Option<i64>, Option<i64>));

fn states<'a>(rows: &[StateRow]) -> Vec<Param<'a>> {
    vec![
        column(rows, |(id, _)| *id),
        column(rows, |(_, (state, _, _))| *state),
        column(rows, |(_, (_, at, _))| *at),
        column(rows, |(_, (_, _, detail))| *detail),
    ]
}
