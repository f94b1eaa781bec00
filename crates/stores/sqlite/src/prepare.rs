//! From any file to one that this build can read and write.

use std::path::Path;

use crate::OpenError;
use crate::connection::{self, Role};
use crate::lock::make_private;
use crate::migrate::{self, MigrateError};

/// Makes the file where there is none, closes it to others, and brings its schema up to date.
pub(crate) fn prepare(path: &Path) -> Result<(), OpenError> {
    make_private(path)?;
    let explain = |error| match error {
        MigrateError::Foreign => OpenError::NotADatabase { path: path.to_owned() },
        MigrateError::Newer { found, known } => OpenError::Newer { path: path.to_owned(), found, known },
        MigrateError::Engine(source) => OpenError::Engine { path: path.to_owned(), source: source.into() },
    };
    let set_up = || -> Result<(), MigrateError> {
        let mut connection = connection::open(path, Role::Writer)?;
        migrate::check(&connection)?;
        connection::take_over(&connection)?;
        migrate::migrate(&mut connection)
    };
    set_up().map_err(explain)
}
