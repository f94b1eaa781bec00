//! When a token was last used.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::ids::TokenId;
use crate::scope::Scope;

/// The recorded use of a token. It is stored beside the token's row and written later, in batches: it may be seconds
/// old, and a crash may lose the last uses.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenUse {
    /// The token.
    pub token: TokenId,
    /// When it was last used.
    pub last: Timestamp,
    /// How often.
    pub count: u64,
    /// The origin of the last use, without precision: never a person's full address.
    pub source: Arc<str>,
    /// The scopes that some use needed.
    pub scopes: Scope,
}

impl TokenUse {
    /// Joins a later record of the same token to this one.
    pub fn add(&mut self, later: &Self) {
        self.count = self.count.saturating_add(later.count);
        if later.last >= self.last {
            self.last = later.last;
            self.source = Arc::clone(&later.source);
        }
        self.scopes = self.scopes.union(&later.scopes);
    }
}
