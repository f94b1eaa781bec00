//! Telling a store and the model the same things.

use jeton_core::store::{Command, Outcome, Page};

use super::super::Fixture;
use super::super::probe::Probe;
use super::super::snapshot::Snapshot;
use super::lower::{Numbers, filter, moment};
use super::step::Step;
use crate::ModelStore;
use crate::model_store::State;

/// Runs the steps; panics at the first difference.
pub(super) async fn run(fixture: &mut dyn Fixture, steps: &[Step]) {
    let (mut model, mut numbers) = (State::default(), Numbers::default());
    let mut reserved = 0;
    for step in steps {
        let store = Probe::of(fixture);
        match step {
            Step::Do(_) | Step::Together(_) if !numbers.left() => {}
            Step::Do(act) => {
                let command = numbers.command(act);
                let outcome = store.apply(command.clone()).await.unwrap();
                assert_eq!(outcome, model.apply(&command), "{command:?}");
            }
            Step::Together(acts) => {
                let commands: Vec<_> = acts.iter().map(|act| numbers.command(act)).collect();
                model = together(&store, &model, &commands).await;
            }
            Step::List { members, skip, limit } => {
                let after = u64::from(*skip) * 7;
                let page = Page { after, skip: u64::from(*skip) / 2, limit: u32::from(*limit) * 3 };
                let filter = filter(*members);
                let expected = Probe::new(ModelStore::of(model.clone())).tokens(&filter, page).await.unwrap();
                assert_eq!(store.tokens(&filter, page).await.unwrap(), expected, "{filter:?} {page:?}");
            }
            Step::Sweep(n) => {
                let mut removed = 0;
                loop {
                    let step = store.sweep(moment(*n), 5).await.unwrap();
                    assert!(step <= 5, "{step} rows in a step of 5");
                    removed += step;
                    if step == 0 {
                        break;
                    }
                }
                assert_eq!(removed, model.sweep(moment(*n), u32::MAX));
            }
            Step::Reserve(count) => {
                let first = store.reserve_ids(u32::from(*count)).await.unwrap();
                assert!(first > reserved, "{first} after {reserved}");
                reserved = first + u64::from(*count) - 1;
            }
            Step::Reopen => {
                drop(store);
                fixture.reopen().await;
                compare(&Probe::of(fixture), &model).await;
            }
        }
    }
    compare(&Probe::of(fixture), &model).await;
}

async fn compare(store: &Probe, model: &State) {
    let expected = Snapshot::of(&*Probe::new(ModelStore::of(model.clone()))).await;
    if let Some(difference) = Snapshot::of(&**store).await.difference(&expected) {
        panic!("{difference}");
    }
}

/// Applies the commands all at once; the model in the order that explains their outcomes and what is there now.
async fn together(store: &Probe, model: &State, commands: &[Command]) -> State {
    let asked = commands.iter().map(|command| store.apply(command.clone()));
    let outcomes = futures::future::try_join_all(asked).await.unwrap();
    let mut explained = Vec::new();
    explain(model.clone(), commands, &outcomes, &mut (0..commands.len()).collect(), &mut explained);
    assert!(!explained.is_empty(), "no order of these commands has these outcomes: {commands:?} {outcomes:?}");
    if let [one] = &explained[..] {
        return one.clone();
    }
    let there = Snapshot::of(&**store).await;
    let mut differences = Vec::new();
    for state in explained {
        let expected = Snapshot::of(&*Probe::new(ModelStore::of(state.clone()))).await;
        match there.difference(&expected) {
            None => return state,
            Some(difference) => differences.push(difference),
        }
    }
    panic!("no order of these commands leaves what is there: {commands:?} {outcomes:?} {}", differences[0]);
}

/// All different states that some order of the commands `left` leads to with these outcomes.
fn explain(model: State, commands: &[Command], outcomes: &[Outcome], left: &mut Vec<usize>, found: &mut Vec<State>) {
    if left.is_empty() && !found.contains(&model) {
        found.push(model);
        return;
    }
    for place in 0..left.len() {
        let n = left.remove(place);
        let mut next = model.clone();
        if next.apply(&commands[n]) == outcomes[n] {
            explain(next, commands, outcomes, left, found);
        }
        left.insert(place, n);
    }
}
