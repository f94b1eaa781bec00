//! One turn of one operation: the target, then the bare server.

use std::time::Duration;

use anyhow::Context as _;

use super::probe;
use crate::{
    args::{LoadArgs, Op},
    bare::Beside,
    load::{Tally, drive},
    ops::{Load, Setup},
    process::Watched,
    report::{Run, Side},
};

/// Seconds of a run on the bare server: it has no slow moments that would need a long one.
fn bare_secs(secs: u32) -> u32 {
    (secs / 2).max(2).min(secs)
}

/// Measures `load` on the target and the same operation on the bare server. Target and round are the caller's to name.
pub(super) async fn run(
    args: &LoadArgs,
    setup: &Setup,
    op: Op,
    load: Load,
    bare: Option<&Beside>,
    watched: Option<&Watched>,
) -> anyhow::Result<Run> {
    let cpu_before = watched.map(Watched::cpu_seconds);
    let tally = measure(&load, args.conns, args.secs).await?;
    let cpu = watched.zip(cpu_before).map(|(w, before)| w.cpu_seconds() - before);
    let mut side = Side::new(&tally);
    if !probe::still_good(setup, op).await? {
        eprintln!("# {}: no longer answered with success", op.name());
        side.errors += 1;
    }
    let bare = match bare.and_then(|beside| op.on_bare(setup, &beside.place)) {
        Some(load) => Some(Side::new(&measure(&load, args.conns, bare_secs(args.secs)).await?)),
        None => None,
    };
    Ok(Run {
        target: String::new(),
        op,
        round: 0,
        conns: args.conns,
        server_cpu_us: cpu.map(|seconds| seconds * 1e6 / tally.latency.len().max(1) as f64),
        memory_mib: watched.map(Watched::memory_mib),
        side,
        bare,
    })
}

async fn measure(load: &Load, conns: u32, secs: u32) -> anyhow::Result<Tally> {
    let tally = drive(&load.place, conns as usize, Duration::from_secs(secs.into()), load.work.clone())
        .await
        .with_context(|| format!("cannot open {conns} connections to {}", load.place.origin()))?;
    if let Some(error) = &tally.first_error {
        eprintln!("# {} errors at {}, the first: {error}", tally.errors(), load.place.origin());
    }
    Ok(tally)
}
