//! What a table of tokens shows.

use crate::output::Column;

pub(super) const COLUMNS: &[Column] = &[
    ("ID", "id"),
    ("KIND", "kind"),
    ("STATE", "state"),
    ("CLIENT", "client_id"),
    ("USER", "username"),
    ("SCOPE", "scope"),
    ("ISSUED", "issued_at"),
    ("EXPIRES", "expires_at"),
    ("PERMISSIONS", "permissions"),
];
