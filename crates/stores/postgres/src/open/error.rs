//! Why the store cannot be opened, in one line that says what to change. Never holds a password.

use tokio_postgres::error::SqlState;

use super::Place;

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
    /// The URL asks for TLS.
    #[error(
        "the store's URL asks for TLS (sslmode=require), which this build does not speak to PostgreSQL: use a local or \
         private network with sslmode=disable, or a TLS tunnel"
    )]
    Tls,
    /// Nobody answers there.
    #[error("no PostgreSQL answers at {place} ({why}): start it, or correct host and port in the store's URL")]
    Unreachable {
        /// Host and port.
        place: String,
        /// What the operating system said.
        why: String,
    },
    /// The server does not let this user in.
    #[error("PostgreSQL at {place} refuses user {user:?}: correct user and password in the store's URL")]
    Refused {
        /// Host and port.
        place: String,
        /// The user.
        user: String,
    },
    /// There is no such database.
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
    /// Something else.
    #[error("the store cannot be opened: {0}")]
    Failed(#[source] tokio_postgres::Error),
}

impl OpenError {
    /// What a failure while connecting means.
    pub(crate) fn from_connect(error: tokio_postgres::Error, place: &Place) -> Self {
        use std::error::Error as _;
        let Some(code) = error.code() else {
            return match error.source().and_then(|e| e.downcast_ref::<std::io::Error>()) {
                Some(io) => Self::Unreachable { place: place.name(), why: io.to_string() },
                None => Self::without_code(error, place),
            };
        };
        if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(code) {
            Self::Refused { place: place.name(), user: place.user() }
        } else if *code == SqlState::INVALID_CATALOG_NAME {
            Self::NoDatabase { place: place.name(), database: place.database() }
        } else {
            Self::from_statement(error, place)
        }
    }

    /// What a failure of a statement means while the store opens.
    pub(crate) fn from_statement(error: tokio_postgres::Error, place: &Place) -> Self {
        if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            return Self::Forbidden { user: place.user(), database: place.database() };
        }
        Self::Failed(error)
    }

    /// The driver's own refusals have neither code nor cause that could be asked: its words are all there is.
    fn without_code(error: tokio_postgres::Error, place: &Place) -> Self {
        let words = error.to_string();
        if words.contains("password missing") || words.contains("invalid configuration") {
            Self::Refused { place: place.name(), user: place.user() }
        } else if words.contains("timed out") || words.contains("connecting") {
            Self::Unreachable { place: place.name(), why: "timed out".to_owned() }
        } else {
            Self::Failed(error)
        }
    }
}
