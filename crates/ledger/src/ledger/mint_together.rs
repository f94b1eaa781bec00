//! Mint several plans in one commit: all of them, or none. For batches: the plans use nothing up, and do not depend on each other.

use std::collections::HashSet;

use super::{Issued, Ledger, Plan, given};
use crate::refusals::{PAIR_REPEATED, plan_exceeded};
use jeton_model::Refusal;
use jeton_model::records::SingleUse;
use jeton_model::refusals::CONFLICT;
use jeton_model::store::{Command, Outcome, Write};

/// Why none of several plans was minted.
#[derive(Debug)]
pub struct NotMinted {
    /// The plan at fault, counted from zero; none: the store failed, or something else that concerns all.
    pub plan: Option<usize>,
    /// What is wrong.
    pub refusal: Refusal,
}

impl From<Refusal> for NotMinted {
    fn from(refusal: Refusal) -> Self {
        Self { plan: None, refusal }
    }
}

/// Whether the plans are minted, or only checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// They are minted.
    Real,
    /// Every check is made; nothing is written but the entry.
    Dry,
}

impl Ledger {
    /// Mints these plans in one commit, and writes `entry` with them. A dry trial checks everything and writes only the entry.
    ///
    /// # Errors
    /// [`NotMinted`] with the first plan that is refused, as [`mint`](Self::mint) refuses it, or that has the text or (where there
    /// is one authorization at a time) the client and subject of an earlier one; or when the store fails. Then nothing was written.
    pub async fn mint_together(
        &self,
        plans: Vec<Plan>,
        entry: SingleUse,
        trial: Trial,
    ) -> Result<Vec<Issued>, NotMinted> {
        let mut all = Vec::with_capacity(plans.len());
        let mut pairs = Vec::new();
        let mut known = HashSet::new();
        for (at, plan) in plans.into_iter().enumerate() {
            let of_this = |refusal| NotMinted { plan: Some(at), refusal };
            if plan.precondition.is_some() || plan.claim.is_some() {
                return Err(of_this(plan_exceeded("precondition")));
            }
            let made = self.made(plan).await.map_err(of_this)?;
            if let Some(pair) = self.alone(&made.plan) {
                if !known.insert(pair.clone()) {
                    return Err(of_this(PAIR_REPEATED));
                }
                pairs.push(pair);
            }
            all.push(made);
        }
        if let Some((at, refusal)) = given::repeated(all.iter().map(|made| &made.plan)) {
            return Err(NotMinted { plan: Some(at), refusal });
        }
        let mut writes = Vec::new();
        if trial == Trial::Real {
            for made in &mut all {
                writes.extend(self.command(made)?.writes);
            }
        }
        writes.push(Write::SingleUse(Box::new(entry)));
        let command = Command::of(writes);
        if trial == Trial::Dry {
            let plans: Vec<_> = all.into_iter().map(|made| made.plan).collect();
            self.first_taken(&plans).await?;
            self.apply(command).await?;
            return Ok(Vec::new());
        }
        let (mut plans, mut issued, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for made in all {
            after.push(self.caching(&made.plan, made.grant, made.rows));
            plans.push(made.plan);
            issued.push(made.issued);
        }
        let after = move |memory: &super::Memory, changed| after.into_iter().for_each(|one| one(memory, changed));
        let outcome = match pairs.is_empty() {
            true => self.store.settle(command, after).await?,
            false => self.settle_alone(pairs, &issued, command, after).await?,
        };
        if let Outcome::Lost(_) = outcome {
            self.first_taken(&plans).await?;
            // Every other name in the command is random.
            return Err(CONFLICT.with("entry").into());
        }
        for (plan, issued) in plans.iter().zip(&issued) {
            self.observe(plan, issued).await;
        }
        Ok(issued)
    }

    /// Refuses the first plan with a given text that is in use.
    async fn first_taken(&self, plans: &[Plan]) -> Result<(), NotMinted> {
        for (at, plan) in plans.iter().enumerate() {
            if let Some(refusal) = self.taken_text(plan).await? {
                return Err(NotMinted { plan: Some(at), refusal });
            }
        }
        Ok(())
    }
}
