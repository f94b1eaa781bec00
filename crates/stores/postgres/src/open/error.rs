//! Why the store cannot be opened, in one line that says what to change. Never holds a password.

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL does not read.
    #[error(
        "the store's URL does not read: write postgres://user:password@host:port/database, with special characters of \
         the password percent-encoded (@ as %40)"
    )]
    BadUrl,
    /// A parameter of the URL is unknown, or has a value that it cannot have.
    #[error("the store's URL: `{name}` {why}")]
    Parameter {
        /// Which.
        name: String,
        /// What is wrong, and what to write instead.
        why: String,
    },
    /// A file that the URL names for TLS cannot be used.
    #[error("the store's URL: {0}")]
    Security(String),
    /// The connection would not be as safe as the URL demands.
    #[error("{0}")]
    Tls(String),
    /// Nobody answers there.
    #[error("no PostgreSQL answers at {place} ({why}): start it, or correct host and port in the store's URL")]
    Unreachable {
        /// Host and port.
        place: String,
        /// The operating system's error.
        why: String,
    },
    /// The server does not let this user in.
    #[error("PostgreSQL at {place} refuses user {user:?}: correct user and password in the store's URL ({why})")]
    Refused {
        /// Host and port.
        place: String,
        /// The user.
        user: String,
        /// PostgreSQL's error.
        why: String,
    },
    /// The database does not exist.
    #[error("PostgreSQL at {place} has no database {database:?}: create it, or correct the store's URL")]
    NoDatabase {
        /// Host and port.
        place: String,
        /// The database.
        database: String,
    },
    /// The user may not make tables.
    #[error(
        "user {user:?} may not create tables in database {database:?}: grant CREATE on its schema, or make the user its owner"
    )]
    Forbidden {
        /// The user.
        user: String,
        /// The database.
        database: String,
    },
    /// A newer version wrote the schema.
    #[error("the database has schema {found}, this version knows {known}: run a newer version of jeton")]
    TooNew {
        /// In the database.
        found: i32,
        /// In this program.
        known: i32,
    },
    /// Commits would be acknowledged before they are on disk.
    #[error("PostgreSQL does not make commits durable ({setting} is off): switch it on")]
    NotDurable {
        /// Which setting.
        setting: &'static str,
    },
    /// The server takes reads only, or the other way round.
    #[error("{0}: name the server that takes writes in the store's URL, or all of them (postgres://…@one,two/…)")]
    WrongRole(String),
    /// Something else.
    #[error("the store cannot be opened: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl OpenError {
    /// Whether the URL itself is wrong, whatever the state of the database.
    #[must_use]
    pub fn is_of_url(&self) -> bool {
        matches!(self, Self::BadUrl | Self::Parameter { .. } | Self::Security(_))
    }

    /// A parameter of the URL that cannot be used.
    pub(crate) fn parameter(name: &str, why: impl Into<String>) -> Self {
        Self::Parameter { name: name.to_owned(), why: why.into() }
    }
}
