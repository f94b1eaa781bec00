//! Concurrent commands: some order of them must explain their outcomes.

use jeton_core::store::{Command, Outcome};

use super::super::probe::Probe;
use super::super::snapshot::Snapshot;
use super::checked::Checked;
use crate::ModelStore;
use crate::model_store::State;

/// Applies the commands all at once; the model in the order that explains their outcomes and what is there now.
pub(super) async fn together(nodes: &[Probe], model: &State, commands: &[Command]) -> Checked<State> {
    let asked = commands.iter().zip(nodes.iter().cycle()).map(|(command, node)| node.apply(command.clone()));
    let outcomes = futures::future::try_join_all(asked).await.unwrap();
    let mut explained = Vec::new();
    explain(model.clone(), commands, &outcomes, &mut (0..commands.len()).collect(), &mut explained);
    let words = |what: &str| format!("no order of these commands {what}: {commands:#?}\n{outcomes:#?}\n");
    match &explained[..] {
        [] => return Err(words("has these outcomes")),
        [one] => return Ok(one.clone()),
        _ => {}
    }
    let there = Snapshot::of(&*nodes[0]).await;
    let mut differences = Vec::new();
    for state in explained {
        let expected = Snapshot::of(&*Probe::new(ModelStore::of(state.clone()))).await;
        match there.difference(&expected) {
            None => return Ok(state),
            Some(difference) => differences.push(difference),
        }
    }
    Err(words("leaves what is there") + &differences[0])
}

/// All different states that some order of the commands `left` leads to with these outcomes.
fn explain(
    mut model: State,
    commands: &[Command],
    outcomes: &[Outcome],
    left: &mut Vec<usize>,
    found: &mut Vec<State>,
) {
    // A snapshot does not show in which order their events were written.
    model.sort_events();
    if left.is_empty() {
        if !found.contains(&model) {
            found.push(model);
        }
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
