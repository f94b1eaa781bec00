//! What features add to the ledger's verbs: lists that are given once, when the ledger is opened.
//!
//! The ledger knows no protocol, no dialect and no page. Code that belongs to one of them lives in crates above; no way of
//! minting or ending a token can skip it, because the verbs themselves run these lists:
//!
//! - [`MintRule`]: changes or refuses a plan, or chooses how its JWTs are written (`formats/jwt_form.rs`), after the ledger's own
//!   rules and before the check of the plan (`check.rs`), which no rule can leave out.
//! - [`EndRule`]: adds writes to the command that ends a token, and is called again when that is done.
//! - [`MintObserver`]: is called with what a client was given.
//! - [`Renewal`]: ends what a text can still be exchanged for, although its row has ended.
//!
//! A hook gets the ledger as a parameter of each call, so that it need not keep a reference.

use futures::future::BoxFuture;

use super::{Ending, Issued, Ledger, Plan};
use crate::catalog::Catalog;
use jeton_model::Refusal;
use jeton_model::ids::ServiceId;
use jeton_model::records::{Client, Token};
use jeton_model::refusal::Kind;
use jeton_model::store::Write;

/// The hooks of features, each list in the order in which it runs.
#[derive(Default)]
pub struct Hooks {
    /// Run for each plan.
    pub mint_rules: Vec<Box<dyn MintRule>>,
    /// Run for each token that is ended individually.
    pub end_rules: Vec<Box<dyn EndRule>>,
    /// Run for each plan that was minted for a client.
    pub observers: Vec<Box<dyn MintObserver>>,
    /// Asked about each reported text.
    pub renewals: Vec<Box<dyn Renewal>>,
    /// The kinds of refusals that are counted.
    pub refusals: Vec<&'static Kind>,
}

impl Hooks {
    /// Adds hooks, which run after these.
    pub fn extend(&mut self, more: Self) {
        let Self { mint_rules, end_rules, observers, renewals, refusals } = more;
        self.mint_rules.extend(mint_rules);
        self.end_rules.extend(end_rules);
        self.observers.extend(observers);
        self.renewals.extend(renewals);
        self.refusals.extend(refusals);
    }
}

/// A rule that is applied to every plan before the plan is checked and minted.
pub trait MintRule: Send + Sync {
    /// Changes the plan. Applying the rule again must change nothing more: a plan is also compared with what was minted before.
    ///
    /// A scope that it adds must lie within the family and the client. The person's roles and the scope policies were applied
    /// before: a rule that adds scopes must apply them itself.
    ///
    /// # Errors
    /// When such a plan must not be minted.
    fn apply(&self, plan: &mut Plan, catalog: &Catalog) -> Result<(), Refusal>;
}

/// A rule for the end of a token. It is not called for the single tokens of a family that ends as a whole.
pub trait EndRule: Send + Sync {
    /// Whether the rule applies to this token. Called for each token; the other methods are called only if it does.
    fn concerns(&self, token: &Token) -> bool;

    /// Writes to add to the command that ends the token.
    fn writes<'a>(&'a self, ledger: &'a Ledger, token: &'a Token) -> BoxFuture<'a, Result<Vec<Write>, Refusal>>;

    /// Called when the command is durable.
    fn ended(&self, ledger: &Ledger, token: &Token);
}

/// Called with what a client was given, once that is durable. It cannot fail the request.
pub trait MintObserver: Send + Sync {
    /// The work to do then; none: nothing, at no cost.
    fn minted<'a>(&'a self, ledger: &'a Ledger, client: &'a Client, issued: &'a Issued) -> Option<BoxFuture<'a, ()>>;
}

/// Honours texts whose rows have ended by themselves, or are gone: their holder can exchange them for new tokens.
pub trait Renewal: Send + Sync {
    /// Ends what this text can still be exchanged for, in this service or in all. Returns whether there was anything.
    fn end<'a>(
        &'a self,
        ledger: &'a Ledger,
        text: &'a str,
        within: Option<ServiceId>,
        ending: Ending,
    ) -> BoxFuture<'a, Result<bool, Refusal>>;
}

impl Ending {
    /// Ends what a text can still be exchanged for although its row has ended, or is gone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_renewable(&self, ledger: &Ledger, text: &str, within: Option<ServiceId>) -> Result<(), Refusal> {
        for renewal in &ledger.hooks.renewals {
            if renewal.end(ledger, text, within, self.clone()).await? {
                break;
            }
        }
        Ok(())
    }
}

impl Ledger {
    /// Adds the writes of the end rules to the command that ends a token.
    pub(super) async fn end_writes(&self, token: &Token, writes: &mut Vec<Write>) -> Result<(), Refusal> {
        for rule in self.hooks.end_rules.iter().filter(|rule| rule.concerns(token)) {
            writes.extend(rule.writes(self, token).await?);
        }
        Ok(())
    }

    /// Calls the end rules after the token has ended.
    pub(super) fn tell_ended(&self, token: &Token) {
        self.hooks.end_rules.iter().filter(|rule| rule.concerns(token)).for_each(|rule| rule.ended(self, token));
    }
}
