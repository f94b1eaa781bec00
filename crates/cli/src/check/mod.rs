//! `jeton check`: what is wrong, one line each, without serving.

mod exposed;
mod report;
mod store;

use std::path::Path;

use jeton_server::config::Config;

use crate::args;
use crate::exit::{Done, Failure};
use crate::serve::{self, Declared, Source};
use report::Report;

/// Does what `jeton check` was asked for.
pub(crate) fn run(args: &args::Check) -> Done {
    if args.schema {
        let schema = serde_json::to_string_pretty(&Config::schema()).map_err(Failure::failed)?;
        crate::output::line(schema);
        return Ok(());
    }
    let mut report = Report::default();
    match Source::File(args.config.clone()).read() {
        Ok(config) => look(&args.config, &config, &mut report)?,
        Err(failure) => report.failed(&failure),
    }
    report.print(&args.config, args.json)
}

/// Everything that a sound configuration names.
fn look(path: &Path, config: &Config, report: &mut Report) -> Done {
    for warning in config.warnings() {
        report.warning(warning.to_string());
    }
    if let Some(warning) = serve::seal_warning(config) {
        report.warning(warning);
    }
    exposed::look(path, config, report);
    let outbound = serve::open_outbound(config).inspect_err(|failure| report.failed(failure)).is_ok();
    let declared = Declared::read(config).inspect_err(|failure| report.failed(failure)).ok();
    match serve::Certificates::load(config) {
        Ok(certificates) => certificates.warnings(config).into_iter().for_each(|warning| report.warning(warning)),
        Err(failure) => report.failed(&failure),
    }
    if let Err(failure) = serve::robot_settings(config) {
        report.failed(&failure);
    }
    let runtime = serve::runtime(Some(1))?;
    if let Some(declared) = declared.filter(|_| outbound)
        && let Err(failure) = runtime.block_on(serve::rehearse(config, declared))
    {
        report.failed(&failure);
    }
    runtime.block_on(store::look(config, report));
    runtime.shutdown_background();
    Ok(())
}
