//! Telling a store and the model the same things.

use std::fmt::Debug;

use jeton_core::store::{Page, TokenFilter};

use super::super::Fixture;
use super::super::probe::Probe;
use super::super::snapshot::{STRIDE, Snapshot};
use super::apart::apart;
use super::checked::Checked;
use super::explain::together;
use super::lower::{Numbers, filter, live, moment};
use super::step::Step;
use crate::ModelStore;
use crate::model_store::State;

/// Runs the steps up to the first difference.
pub(super) async fn run(fixture: &mut dyn Fixture, steps: &[Step]) -> Checked<()> {
    let (mut model, mut numbers) = (State::default(), Numbers::default());
    let mut reserved = Vec::new();
    // Where there can be two processes, every other step is the other one's: neither may rely on what it remembers.
    let other = fixture.another().await.map(Probe::new);
    for (n, step) in steps.iter().enumerate() {
        numbers.settle();
        let mut nodes: Vec<_> = std::iter::once(Probe::of(fixture)).chain(other.clone()).collect();
        let count = nodes.len();
        nodes.rotate_left(n % count);
        let store = nodes[0].clone();
        match step {
            Step::Do(_) | Step::Together(_) if !numbers.left() => {}
            Step::Do(act) => {
                let command = numbers.command(act);
                let outcome = store.apply(command.clone()).await.unwrap();
                equal(&outcome, &model.apply(&command), &command)?;
            }
            Step::Together(acts) => {
                let commands: Vec<_> = acts.iter().map(|act| numbers.command(act)).collect();
                let (first, behind) = if store.is_shared() { apart(&commands) } else { (commands, Vec::new()) };
                model = together(&nodes, &model, &first).await?;
                for command in behind {
                    equal(&store.apply(command.clone()).await.unwrap(), &model.apply(&command), &command)?;
                }
            }
            Step::List { members, skip, limit } => {
                let after = u64::from(*skip) * 9 * STRIDE;
                let page = Page { after, skip: u64::from(*skip) / 2, limit: u32::from(*limit) * 3, ..Page::first(0) };
                list(&store, &model, &filter(*members), page).await?;
            }
            Step::Live { members, skip, limit } => {
                let (filter, order) = live(*members);
                let (skip, limit) = (u64::from(*skip), u32::from(*limit) * 3);
                list(&store, &model, &filter, Page { order, skip, ..Page::first(limit) }).await?;
            }
            Step::Sweep(n) => {
                let mut removed = 0;
                loop {
                    let step = store.sweep(moment(*n), 5).await.unwrap();
                    equal(&step.max(5), &5, &"the bound of a sweep")?;
                    removed += step;
                    if step == 0 {
                        break;
                    }
                }
                equal(&removed, &model.sweep(moment(*n), u32::MAX), &"rows swept")?;
            }
            Step::Reserve(count) => {
                let first = store.reserve_ids(u32::from(*count)).await.unwrap();
                let block = first..first + u64::from(*count);
                equal(&reserved.iter().any(|id| block.contains(id)), &false, &("handed out twice", &block))?;
                reserved.extend(block);
            }
            Step::Reopen | Step::Crash => {
                drop((store, nodes));
                match step {
                    Step::Crash => fixture.crash().await,
                    _ => fixture.reopen().await,
                }
                compare(&Probe::of(fixture), &model).await?;
            }
        }
    }
    compare(&Probe::of(fixture), &model).await
}

async fn list(store: &Probe, model: &State, filter: &TokenFilter, page: Page) -> Checked<()> {
    let model = Probe::new(ModelStore::of(model.clone()));
    let expected = model.tokens(filter, page).await.unwrap();
    equal(&store.tokens(filter, page).await.unwrap(), &expected, &(filter, page))?;
    let walked = model.tokens_after(filter, page.after, page.limit).await.unwrap();
    equal(
        &store.tokens_after(filter, page.after, page.limit).await.unwrap(),
        &walked,
        &(filter, page.after, page.limit),
    )
}

fn equal<T: PartialEq + Debug>(store: &T, model: &T, what: &dyn Debug) -> Checked<()> {
    if store == model { Ok(()) } else { Err(format!("{what:?}: the store says {store:#?}\nand the model {model:#?}")) }
}

async fn compare(store: &Probe, model: &State) -> Checked<()> {
    let expected = Snapshot::of(&*Probe::new(ModelStore::of(model.clone()))).await;
    Snapshot::of(&**store).await.difference(&expected).map_or(Ok(()), Err)
}
