//! Why the database failed, for operators: PostgreSQL's own message, with its code.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::tls::TlsFault;

/// What went wrong between this process and the database. However it is shown, it quotes no row.
pub(crate) enum Fault {
    /// The server refused, or the connection broke.
    Driver(Error),
    /// No answer arrived within this time.
    Silent(Duration),
    /// No connection could be made.
    Unreachable {
        /// Host and port.
        place: String,
        /// The operating system's error.
        source: io::Error,
    },
    /// The connection is not as safe as the URL demands.
    Tls {
        /// Host and port.
        place: String,
        /// What is wrong.
        fault: TlsFault,
    },
    /// The server does not have the role that the URL demands (`target_session_attrs`).
    WrongRole {
        /// Host and port.
        place: String,
        /// Whether it takes reads only.
        read_only: bool,
    },
}

impl Fault {
    /// The code of the server's answer.
    pub(crate) fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Driver(error) => error.code(),
            _ => None,
        }
    }

    /// Whether the connection is unusable: nothing more can be sent over it.
    pub(crate) fn is_gone(&self) -> bool {
        match self {
            Self::Driver(error) => match error.code() {
                Some(code) => is_shutdown(code) || is_demoted(code),
                None => error.is_closed() || is_io(error),
            },
            _ => true,
        }
    }

    /// Whether two transactions met, and this one gave way.
    pub(crate) fn is_crossing(&self) -> bool {
        self.code().is_some_and(is_crossing)
    }

    /// Whether the same statement may succeed if it is asked again, on another connection. One that was not answered in
    /// time is not asked again: its time is used up.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Driver(_) => self.is_crossing() || self.is_gone() || self.is_lost_statement(),
            _ => false,
        }
    }

    /// Whether a prepared statement was not where it had been prepared: something between here and the server hands a
    /// session to others in between.
    pub(crate) fn is_lost_statement(&self) -> bool {
        const LOST: [SqlState; 2] = [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT];
        self.code().is_some_and(|code| LOST.contains(code))
    }
}

/// Two transactions met, and this one gave way.
pub(crate) fn is_crossing(code: &SqlState) -> bool {
    [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED, SqlState::LOCK_NOT_AVAILABLE].contains(code)
}

/// The server ends the session (class 57P), the connection breaks (class 08), or it cannot say whether it committed.
pub(crate) fn is_shutdown(code: &SqlState) -> bool {
    let code = code.code();
    code.starts_with("57P") || code.starts_with("08") || code == "40003"
}

/// The server takes reads only: it is a standby, or has become one.
pub(crate) fn is_demoted(code: &SqlState) -> bool {
    *code == SqlState::READ_ONLY_SQL_TRANSACTION
}

fn is_io(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|e| e.is::<io::Error>())
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Driver(error)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Driver(error) => match error.as_db_error() {
                Some(said) => write_said(f, said),
                None => write_chain(f, error),
            },
            Self::Silent(limit) => write!(f, "PostgreSQL does not answer (waited {:.1} s)", limit.as_secs_f32()),
            Self::Unreachable { place, source } => write!(f, "no PostgreSQL answers at {place}: {source}"),
            Self::Tls { place, fault } => write!(f, "{}", fault.at(place)),
            Self::WrongRole { place, read_only: true } => write!(f, "PostgreSQL at {place} takes reads only"),
            Self::WrongRole { place, read_only: false } => write!(f, "PostgreSQL at {place} is not read-only"),
        }
    }
}

/// The server's message. Parts that may quote rows are left out: the detail, except in errors that concern no row, and
/// the message of data exceptions.
fn write_said(f: &mut fmt::Formatter<'_>, said: &DbError) -> fmt::Result {
    /// Connections, authorization, resources, state, intervention, system.
    const ABOUT_NO_ROW: [&str; 7] = ["08", "28", "3D", "53", "55", "57", "58"];
    let code = said.code().code();
    if code.starts_with("22") {
        return write!(f, "PostgreSQL: a value does not fit (SQLSTATE {code})");
    }
    write!(f, "PostgreSQL: {} (SQLSTATE {code})", said.message())?;
    if let Some(detail) = said.detail().filter(|_| ABOUT_NO_ROW.iter().any(|class| code.starts_with(class))) {
        write!(f, "; {detail}")?;
    }
    said.hint().map_or(Ok(()), |hint| write!(f, "; hint: {hint}"))
}

/// The driver's message, which leaves out the cause, and the causes.
fn write_chain(f: &mut fmt::Formatter<'_>, error: &Error) -> fmt::Result {
    write!(f, "{error}")?;
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        write!(f, ": {error}")?;
        cause = error.source();
    }
    Ok(())
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable { source, .. } => Some(source),
            // Everything that may be shown is in the message.
            _ => None,
        }
    }
}
