//! Looking after tokens the way INDIGO IAM's administrators and users do (`contracts/indigo-iam.md` sections 3 to 6): the
//! lists of access and refresh tokens, their ends, what a client's end takes along, what a person allowed.
//!
//! Who may is decided by [`IamDoor`](crate::IamDoor); the verbs here take what it gives out.

mod clients;
mod consents;
mod described;
mod lists;
mod own;
mod token_list;
mod values;

pub use consents::Approval;
pub use described::ListedToken;
pub use lists::{TokenRange, Whose};
pub use token_list::TokenList;
