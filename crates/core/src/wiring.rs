//! Where the product is put together: which features add what to the ledger's verbs.

use std::sync::Arc;

use jeton_jose::seal::SealKey;

use crate::Ledger;
use crate::ledger::{Hooks, Options, Ports};
use crate::logout::{LogoutNotices, Queues};
use crate::profile_rule::ProfileRule;
use crate::refusal::Refusal;
use crate::registration::UseOfClients;

impl Ledger {
    /// Opens the ledger of the product: reads services and keys, nothing that grows with the number of tokens.
    ///
    /// # Errors
    /// When the store fails or the seal key does not open the signing keys.
    pub async fn open(ports: Ports, seal: SealKey, options: Options) -> Result<Arc<Self>, Refusal> {
        let queues = Queues::default();
        let hooks = Hooks {
            mint_rules: vec![Box::new(ProfileRule)],
            end_rules: vec![Box::new(LogoutNotices::new(queues.bell()))],
            observers: vec![Box::new(UseOfClients)],
        };
        Self::open_wired(ports, seal, options, hooks, queues).await
    }
}
