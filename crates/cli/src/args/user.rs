//! `jeton user …`: the options have the names of OpenID Connect.

use clap::{Args, Subcommand, ValueEnum};

use super::Target;
use super::client::Paged;

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// Create a user; a password that is made for them is printed once
    Create(Box<UserFields>),
    /// List users
    List(Paged),
    /// Show a user
    Show(UserName),
    /// Change the given settings, keep all others
    Update(Box<UserFields>),
    /// Delete a user and revoke the tokens in their name
    Delete(UserName),
    /// Give a user a new password: made and printed once, or read from standard input. The user's tokens end with the old one
    Password(UserPassword),
}

/// A user by name.
#[derive(Debug, Args)]
pub(crate) struct UserName {
    /// The name that the user signs in with
    #[arg(value_name = "USERNAME")]
    pub(crate) username: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton user password`.
#[derive(Debug, Args)]
pub(crate) struct UserPassword {
    /// The name that the user signs in with
    #[arg(value_name = "USERNAME")]
    pub(crate) username: String,
    /// Read the password from standard input instead of making one
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Which of the user's tokens stay; by default sessions and tokens end with the old password
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub(crate) keep_tokens: KeepTokens,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// What stays when a password changes.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum KeepTokens {
    /// Nothing
    #[default]
    None,
    /// API tokens
    #[value(name = "api_tokens", alias = "api-tokens")]
    ApiTokens,
    /// Everything
    All,
}

impl KeepTokens {
    /// On the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ApiTokens => "api_tokens",
            Self::All => "all",
        }
    }
}

/// What a user is.
#[derive(Debug, Args)]
pub(crate) struct UserFields {
    /// The name that the user signs in with
    #[arg(value_name = "USERNAME")]
    pub(crate) username: String,
    /// Subject identifier in tokens; a UUID when not set
    #[arg(long)]
    pub(crate) sub: Option<String>,
    /// Full name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// E-mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Telephone number
    #[arg(long)]
    pub(crate) phone_number: Option<String>,
    /// A role; repeat for more. `admin` is the administrator
    #[arg(long = "role", value_name = "ROLE")]
    pub(crate) roles: Option<Vec<String>>,
    /// A group, by path; repeat for more
    #[arg(long = "group", value_name = "PATH")]
    pub(crate) groups: Option<Vec<String>>,
    /// Whether the user may sign in
    #[arg(long)]
    pub(crate) enabled: Option<bool>,
    /// Read the password from standard input instead of making one
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
