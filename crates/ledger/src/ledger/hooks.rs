//! What features add to the ledger's verbs: lists that are given once, when it is opened.
//!
//! The ledger knows no protocol, no dialect and no page. What belongs to one of them stands above it, and still no way of
//! minting or ending a token can miss it, because the verbs themselves run these lists:
//!
//! - [`MintRule`]: changes or refuses a plan, or chooses how its JWTs are written (`formats/jwt_form.rs`), after the ledger's own
//!   rules and before the check of the plan (`check.rs`), which no rule can leave out.
//! - [`EndRule`]: adds writes to the command that ends a token, and is told when that is done.
//! - [`MintObserver`]: is told what a client was given.
//!
//! A hook that needs the ledger gets it with each call, so that none has to hold it.

use futures::future::BoxFuture;

use super::{Issued, Ledger, Plan};
use crate::catalog::Catalog;
use jeton_model::Refusal;
use jeton_model::records::{Client, Token};
use jeton_model::refusal::Kind;
use jeton_model::store::Write;

/// What features add, each list in the order in which it runs.
#[derive(Default)]
pub struct Hooks {
    /// For each plan.
    pub mint_rules: Vec<Box<dyn MintRule>>,
    /// For each token that is ended by itself.
    pub end_rules: Vec<Box<dyn EndRule>>,
    /// For each plan that was minted for a client.
    pub observers: Vec<Box<dyn MintObserver>>,
    /// The kinds of refusals that are counted.
    pub refusals: Vec<&'static Kind>,
}

impl Hooks {
    /// Adds others, which run after these.
    pub fn extend(&mut self, more: Self) {
        let Self { mint_rules, end_rules, observers, refusals } = more;
        self.mint_rules.extend(mint_rules);
        self.end_rules.extend(end_rules);
        self.observers.extend(observers);
        self.refusals.extend(refusals);
    }
}

/// A rule that every plan goes through before it is checked and minted.
pub trait MintRule: Send + Sync {
    /// Changes the plan. Doing it again must change nothing more: a plan is also compared with what was minted before.
    ///
    /// What it adds to a scope must lie within the family and the client. The person's roles and the scope policies were asked
    /// before: a rule that adds scopes must ask them itself.
    ///
    /// # Errors
    /// When such a plan must not be minted.
    fn apply(&self, plan: &mut Plan, catalog: &Catalog) -> Result<(), Refusal>;
}

/// A rule for the end of a token. Those of a family that ends as a whole are not asked about one by one.
pub trait EndRule: Send + Sync {
    /// Whether the rule has to do with this token. Asked for each one: nothing else is done where it has not.
    fn concerns(&self, token: &Token) -> bool;

    /// What is written by the very command that ends the token.
    fn writes<'a>(&'a self, ledger: &'a Ledger, token: &'a Token) -> BoxFuture<'a, Result<Vec<Write>, Refusal>>;

    /// The command is durable.
    fn ended(&self, ledger: &Ledger, token: &Token);
}

/// Told of what a client was given, once that is durable. It cannot fail the request.
pub trait MintObserver: Send + Sync {
    /// What is to be done then; none: nothing, and it costs nothing.
    fn minted<'a>(&'a self, ledger: &'a Ledger, client: &'a Client, issued: &'a Issued) -> Option<BoxFuture<'a, ()>>;
}

impl Ledger {
    /// What the end rules add to the command that ends a token.
    pub(super) async fn end_writes(&self, token: &Token, writes: &mut Vec<Write>) -> Result<(), Refusal> {
        for rule in self.hooks.end_rules.iter().filter(|rule| rule.concerns(token)) {
            writes.extend(rule.writes(self, token).await?);
        }
        Ok(())
    }

    /// Tells the end rules that the token has ended.
    pub(super) fn tell_ended(&self, token: &Token) {
        self.hooks.end_rules.iter().filter(|rule| rule.concerns(token)).for_each(|rule| rule.ended(self, token));
    }
}
