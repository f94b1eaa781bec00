//! What a batch knows of the rows it looks at.

use std::borrow::Cow;
use std::collections::HashMap;

use jeton_core::ids::{GrantId, TokenId};
use jeton_core::model::{GrantState, Once, TokenState};
use jeton_core::store::StoreError;
use tokio_postgres::Row;

use super::needs::{OnceId, id_of};
use crate::records::{Fields, grants as grant_rows, onces};

/// Rows by key; what is absent does not exist.
#[derive(Debug, Default)]
pub(super) struct Known<'c> {
    pub(super) once: HashMap<OnceId, Cow<'c, Once>>,
    pub(super) tokens: HashMap<TokenId, TokenState>,
    pub(super) grants: HashMap<GrantId, GrantState>,
}

impl Known<'_> {
    /// From the locked rows.
    pub(super) fn of(once: &[Row], tokens: &[Row], grants: &[Row]) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for row in once {
            let entry = onces::read(row)?;
            known.once.insert(id_of(&entry), Cow::Owned(entry));
        }
        for row in tokens {
            let mut f = Fields::of(row, 0, "token");
            let id = TokenId::from_sql(f.read()?);
            let state = TokenState::from_sql(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?;
            known.tokens.insert(id, state);
        }
        for row in grants {
            let mut f = Fields::of(row, 0, "grant");
            let id = GrantId::from_sql(f.read()?);
            let state = grant_rows::state_from(f.read()?, f.read()?, f.read()?).ok_or_else(|| f.corrupt())?;
            known.grants.insert(id, state);
        }
        Ok(known)
    }
}
