//! The story of a load run:
//!
//! 1. find the endpoints and read the secrets ([`prepare`]);
//! 2. try each operation once: a target that refuses one is not measured ([`probe`]);
//! 3. start the bare server with the sizes of these answers;
//! 4. issue what the operations use up or go round;
//! 5. round after round, each operation on the target and then on the bare server ([`turn`]);
//! 6. write the rotated refresh tokens back, and report medians.

mod prepare;
mod probe;
mod turn;

use std::{fs, time::Duration};

use anyhow::{Context as _, bail};

use crate::{
    args::{LoadArgs, Op},
    bare::Beside,
    ops::{self, Setup},
    process::Watched,
    report::{LoadReport, Run},
};

/// Measures a server as the arguments say.
pub(crate) async fn load(args: LoadArgs) -> anyhow::Result<LoadReport> {
    let watched = Watched::new(&args.pid)?;
    let mut setup = prepare::setup(&args).await?;
    let target = setup.endpoints.token.origin();
    let sizes = probe::sizes(&setup, &args.ops).await?;
    eprintln!("# {target}: bytes of an answer: {sizes:?}");
    let bare = match &args.bare_url {
        _ if args.no_bare => None,
        Some(url) => Some(Beside::running(url)?),
        None => Some(Beside::start(sizes)?),
    };
    if args.ops.contains(&Op::Introspect) && setup.endpoints.introspect.is_some() {
        setup.live = ops::issue_tokens(&setup, args.live as usize, None).await?;
    }
    if args.ops.contains(&Op::BackendIntrospect)
        && let Some(backend) = setup.backend.take()
    {
        setup.backend = Some(backend.with_live(args.live as usize, setup.conns).await?);
    }
    if args.ops.contains(&Op::Refresh) {
        setup.rotation = ops::refresh_pool(&args, &setup).await?;
    }
    let result = rounds(&args, &mut setup, bare.as_ref(), watched.as_ref(), &target).await;
    // Also after a failure: the tokens that the file had are used up.
    write_back(&args, &setup)?;
    let runs = result?;
    if runs.is_empty() {
        bail!("nothing was measured: the server offers none of the asked operations");
    }
    Ok(LoadReport::new(target, args.conns, args.secs, &runs))
}

async fn rounds(
    args: &LoadArgs,
    setup: &mut Setup,
    bare: Option<&Beside>,
    watched: Option<&Watched>,
    target: &str,
) -> anyhow::Result<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    for round in 0..args.rounds {
        for op in args.ops.iter().copied() {
            if op == Op::Revoke && setup.endpoints.revoke.is_some() {
                let before = runs.iter().rev().find(|run| run.op == op);
                setup.doomed = doomed(args, setup, before).await?;
            }
            let Some(load) = op.on_target(setup) else {
                if round == 0 {
                    eprintln!("# {}: left out, as what it needs is not there", op.name());
                }
                continue;
            };
            let run = turn::run(args, setup, op, load, bare, watched).await?;
            let run = Run { target: target.to_owned(), round, ..run };
            eprintln!("# round {} {run}", round + 1);
            if let Some(path) = &args.out {
                run.append_to(path).with_context(|| format!("--out {}", path.display()))?;
            }
            runs.push(run);
        }
    }
    Ok(runs)
}

/// Tokens for a round of revocation: about half a run's worth, by the rate of the previous round.
async fn doomed(args: &LoadArgs, setup: &Setup, before: Option<&Run>) -> anyhow::Result<std::rc::Rc<[String]>> {
    match before {
        None => ops::issue_tokens(setup, usize::MAX, Some(Duration::from_secs(2))).await,
        Some(run) => {
            let count = run.side.requests_per_second * f64::from(args.secs.min(3));
            ops::issue_tokens(setup, (count as usize).max(setup.conns), None).await
        }
    }
}

fn write_back(args: &LoadArgs, setup: &Setup) -> anyhow::Result<()> {
    if let (Some(path), Some(rotation)) = (&args.refresh_file, &setup.rotation) {
        fs::write(path, rotation.lines()).with_context(|| format!("--refresh-file {}", path.display()))?;
        eprintln!("# {} refresh tokens written back", rotation.len());
    }
    Ok(())
}
