//! Texts that a caller chose: which may be one, and what is said when it is in use.

use super::plan::GivenText;
use super::{Ledger, Plan, TokenPlan};
use crate::formats;
use crate::refusals::{TOKEN_TEXT_TAKEN, plan_exceeded};
use jeton_jose::Secret;
use jeton_model::Refusal;
use jeton_model::records::TokenFormat;
use jeton_model::refusals::INVALID;

/// Whether the given texts of a plan may become tokens: no two are equal, and each could be found.
pub(super) fn check(plan: &Plan) -> Result<(), Refusal> {
    for (at, token) in plan.tokens.iter().enumerate().filter(|(_, token)| token.given.is_some()) {
        if token.format != TokenFormat::Foreign {
            return Err(plan_exceeded("format"));
        }
        let Some(text) = text_of(token) else { continue };
        check_text(text.expose(), token)?;
        let earlier = plan.tokens.iter().take(at).filter_map(text_of);
        if earlier.into_iter().any(|other| other.expose() == text.expose()) {
            return Err(taken(token));
        }
    }
    Ok(())
}

fn check_text(text: &str, token: &TokenPlan) -> Result<(), Refusal> {
    let invalid = |why: &str| Err(INVALID.with(format!("the given {} token {why}", token.kind.name())));
    if formats::is_reference(text) {
        // It would be looked for in the row that it names, or nowhere.
        return invalid("begins with jtn_: only tokens that were made here do");
    }
    if text.len() > formats::MAX_LENGTH {
        return invalid("is longer than 16 KiB");
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return invalid("must consist of visible ASCII characters");
    }
    Ok(())
}

/// The text that was given in the clear.
fn text_of(token: &TokenPlan) -> Option<&Secret> {
    match token.given.as_ref().map(|given| &given.text) {
        Some(GivenText::Clear(text)) => Some(text),
        Some(GivenText::Hash(_)) | None => None,
    }
}

/// The first given text of some plans that an earlier plan has too: which plan, and what is said.
pub(super) fn repeated<'a>(plans: impl IntoIterator<Item = &'a Plan>) -> Option<(usize, Refusal)> {
    let mut seen = std::collections::HashSet::new();
    plans.into_iter().enumerate().find_map(|(at, plan)| {
        let given = plan.tokens.iter().filter_map(|token| Some((token, token.given.as_ref()?)));
        let again = given.into_iter().find(|(_, given)| !seen.insert(given.text.verifier().0));
        again.map(|(token, _)| (at, taken(token)))
    })
}

fn taken(token: &TokenPlan) -> Refusal {
    TOKEN_TEXT_TAKEN.with(token.kind.name())
}

impl Ledger {
    /// Which given text of a plan is in use; none: no text is.
    pub(super) async fn taken_text(&self, plan: &Plan) -> Result<Option<Refusal>, Refusal> {
        for token in &plan.tokens {
            let Some(text) = text_of(token) else { continue };
            if self.store.token_by_alias(plan.service.id, formats::verifier(text.expose()).0).await?.is_some() {
                return Ok(Some(taken(token)));
            }
        }
        Ok(None)
    }
}
