//! `jeton token …`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jeton_core::filter::WORDS;

use super::{Revocations, Revoke, Target};

/// The ledger's verbs on tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Mint a token; its text is printed once
    Mint(Box<Mint>),
    /// Show what is known of a token
    Inspect(TokenText),
    /// List tokens
    List(Box<TokenList>),
    /// Change a live token without changing its text
    Amend(Box<Amend>),
    /// End a token, or all that a filter means; a refresh token ends its whole family
    Revoke(Box<Revoke>),
    /// List revocations of many tokens; undo them, or end their time
    Revocations(Box<Revocations>),
    /// Replace an API token by a new one; its text is printed once
    Rotate(Box<Rotate>),
    /// Import tokens of another system, by the hash of their text
    Import(Box<Import>),
}

/// Kinds of tokens that are minted by command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// An OAuth access token
    #[default]
    Access,
    /// An API token
    Api,
}

impl Kind {
    /// The word on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Api => "api",
        }
    }
}

/// Forms of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A signed JWT
    Jwt,
    /// A reference that only the ledger can read
    Opaque,
}

impl Format {
    /// The word on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

/// Arguments of `jeton token mint`.
#[derive(Debug, Args)]
pub(crate) struct Mint {
    /// What for
    #[arg(long, value_enum, default_value_t)]
    pub(crate) kind: Kind,
    /// The client it is issued to
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) client: Option<String>,
    /// The user in whose name it is issued
    #[arg(long, value_name = "USERNAME")]
    pub(crate) user: Option<String>,
    /// Its scopes, separated by spaces (default: the client's default scope)
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// Its audience, separated by spaces
    #[arg(long)]
    pub(crate) audience: Option<String>,
    /// How long it lives: seconds, 90s, 1h, 30d, or never
    #[arg(long, value_name = "DURATION")]
    pub(crate) lifetime: Option<String>,
    /// Its form
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// A name for it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// A longer description
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// From where it may be used: addresses and networks such as 10.0.0.0/8 (default: anywhere)
    #[arg(long, value_name = "NETWORK", value_delimiter = ',')]
    pub(crate) from: Vec<String>,
    /// The key it is bound to, for API tokens: a file with a JWK, or the JWK's SHA-256 thumbprint (RFC 9449)
    #[arg(long, value_name = "FILE_OR_THUMBPRINT")]
    pub(crate) dpop_key: Option<String>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton token rotate`.
#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The old token's number
    pub(crate) id: u64,
    /// How long the old one works on: seconds, 90s, 1h, 7d
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) overlap: String,
    /// How long the new one lives: seconds, 90s, 1h, 30d, or never (default: as long as the old one was made for)
    #[arg(long, value_name = "DURATION")]
    pub(crate) lifetime: Option<String>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton token import`.
#[derive(Debug, Args)]
#[command(
    after_help = "Members or columns: hash (SHA-256 of the text, hex or base64url), name, description, username, \
                  client_id, scope, expires_at (seconds since 1970, or never), address_ranges."
)]
pub(crate) struct Import {
    /// JSON objects, one a line, or CSV with a first row of names; `-` reads standard input
    pub(crate) file: PathBuf,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// A token, by number or by text.
#[derive(Debug, Args)]
pub(crate) struct TokenText {
    /// A token's number, or `-` to read its text from standard input (the default)
    #[arg(value_name = "ID|-", default_value = "-")]
    pub(crate) token: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// What `--filter` takes.
fn conditions() -> String {
    let names: Vec<_> = WORDS.iter().map(|word| word.name).collect();
    format!(
        "Only tokens that meet these conditions, separated by spaces; may be repeated. Conditions: {}. Times: seconds since \
         1970, 2026-01-31T12:00:00Z, or an offset like -30d",
        names.join(", ")
    )
}

/// Arguments of `jeton token list`.
#[derive(Debug, Args)]
pub(crate) struct TokenList {
    #[arg(long, value_name = "'WORD=VALUE …'", help = conditions())]
    pub(crate) filter: Vec<String>,
    /// Only of these kinds: access, refresh, session, api, …
    #[arg(long, value_delimiter = ',')]
    pub(crate) kind: Vec<String>,
    /// Only of this client
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) client: Option<String>,
    /// Only in this user's name
    #[arg(long, value_name = "USERNAME")]
    pub(crate) user: Option<String>,
    /// Only with this value in their scope
    #[arg(long, value_name = "WORD")]
    pub(crate) scope: Option<String>,
    /// Only of this family
    #[arg(long, value_name = "ID")]
    pub(crate) grant: Option<u64>,
    /// Only usable now
    #[arg(long)]
    pub(crate) live: bool,
    /// Only entries after this number
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<u64>,
    /// At most this many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=1000))]
    pub(crate) limit: u32,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton token amend`.
#[derive(Debug, Args)]
pub(crate) struct Amend {
    /// The token's number
    pub(crate) id: u64,
    /// New scopes, separated by spaces
    #[arg(long)]
    pub(crate) scope: Option<String>,
    /// How long it lives from now: seconds, 90s, 1h, 30d, or never
    #[arg(long, value_name = "DURATION")]
    pub(crate) lifetime: Option<String>,
    /// A name for it
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// A longer description
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
