//! Looking after tokens the way INDIGO IAM's administrators and users do (`docs/contracts/indigo-iam.md` sections 3 to 6): the
//! lists of access and refresh tokens, their ends, what a client's end takes along, what a person allowed.
//!
//! Who may is decided by [`IamDoor`](crate::IamDoor); the verbs here take what it gives out.

mod consents;
mod described;
mod lists;
mod own;
mod token_list;
mod values;

use std::sync::Arc;

use jeton_ledger::Ledger;

pub use consents::Approval;
pub use described::ListedToken;
pub use lists::{TokenRange, Whose};
pub use token_list::TokenList;

/// The lists of access and refresh tokens, for administrators and for everybody about what is theirs, and what each person
/// allowed. It has no state of its own. Made by [`Administration::new`](crate::Administration::new).
pub struct TokenLists {
    pub(crate) ledger: Arc<Ledger>,
}
