//! `jeton token revoke …`, `jeton token revocations …`

use clap::{Args, Subcommand};

use super::Target;

/// Arguments of `jeton token revoke`.
#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// A token's number, or `-` to read its text from standard input (the default)
    #[arg(value_name = "ID|-", default_value = "-", conflicts_with_all = ["filter", "all"])]
    pub(crate) token: String,
    /// Revoke all tokens that this filter selects, as for `jeton token list`: they are suspended at once, and revoked
    /// unless somebody undoes it
    #[arg(long, value_name = "'WORD=VALUE …'")]
    pub(crate) filter: Vec<String>,
    /// Every live token there is
    #[arg(long, conflicts_with = "filter")]
    pub(crate) all: bool,
    /// With --filter: why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// With --filter: how long it can be undone, 0 to revoke at once
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) undo_window: String,
    /// With --filter: do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    /// With --filter: show what would be revoked, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton token revocations`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Revocations {
    /// What to do; nothing: list them.
    #[command(subcommand)]
    pub(crate) what: Option<RevocationCommand>,
    /// Only entries after this number
    #[arg(long, value_name = "NUMBER")]
    pub(crate) after: Option<u64>,
    /// At most this many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) limit: u32,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// What can be done with a revocation of many tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum RevocationCommand {
    /// Show one and how far it is
    Show(RevocationId),
    /// Make its tokens valid again, while they are suspended
    Undo(RevocationId),
    /// Revoke its tokens now
    Kill(RevocationId),
}

/// A revocation by number.
#[derive(Debug, Args)]
pub(crate) struct RevocationId {
    /// Its number
    pub(crate) id: u64,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
