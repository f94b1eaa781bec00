//! The example of `docs/adding-a-refusal.md`: a mint rule that bounds how many tokens one plan may mint, and its refusal.

use std::time::Duration;

use jeton_core::catalog::Catalog;
use jeton_core::ledger::{Hooks, MintRule, Plan, TokenPlan};
use jeton_core::model::{TokenFormat, TokenKind};
use jeton_core::refusal::{Class, Refusal};
use jeton_testkit::sample;

use crate::fixture::Fixture;

jeton_model::refusals! {
    /// More tokens are asked for at once than one request may have.
    BATCH_TOO_LARGE {
        id: "batch_too_large", class: Malformed,
        text: "a request may have {most} tokens at most",
        advice: "Ask for fewer tokens at once.",
    }
}

/// Bounds the tokens of a plan.
struct AtMost(usize);

impl MintRule for AtMost {
    fn apply(&self, plan: &mut Plan, _: &Catalog) -> Result<(), Refusal> {
        if plan.tokens.len() > self.0 {
            return Err(BATCH_TOO_LARGE.with(self.0.to_string()));
        }
        Ok(())
    }
}

fn token() -> TokenPlan {
    TokenPlan::new(TokenKind::Access, TokenFormat::Opaque, sample::scope("read"), Some(Duration::from_secs(60)))
}

#[tokio::test]
async fn a_rule_gives_a_refusal_of_its_own() {
    let hooks = Hooks { mint_rules: vec![Box::new(AtMost(2))], refusals: KINDS.to_vec(), ..Hooks::default() };
    let fixture = Fixture::with(hooks).await;
    let (ledger, rows) = (&fixture.jeton.ledger, fixture.rows().await);
    let plan =
        Plan { tokens: vec![token(), token(), token()], ..Plan::new(fixture.service(), Some(fixture.record().await)) };
    let refusal = ledger.mint(plan).await.map(drop).unwrap_err();
    assert!(refusal.is(&BATCH_TOO_LARGE), "{refusal:?}");
    assert_eq!(refusal.message(), "a request may have 2 tokens at most");
    assert_eq!((refusal.class(), refusal.word()), (Class::Malformed, "2"));
    assert_eq!(fixture.rows().await, rows);

    let reference = ledger.refusals().record(ledger.now(), &refusal, "/token", None);
    assert_eq!(ledger.refusals().find(&reference).unwrap().id, "batch_too_large");
    let counted = ledger.refusals().counts().find(|(id, _)| *id == "batch_too_large");
    assert_eq!(counted.unwrap().1, 1, "what the wiring is given is counted");
}
