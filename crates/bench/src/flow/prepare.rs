//! Endpoints and credentials.

use std::rc::Rc;

use crate::{
    args::LoadArgs,
    client::Client,
    endpoints::Endpoints,
    ops::{Backend, Setup},
    secret::{self, LIST_TOKEN},
};

/// What the operations have in common, before any token was issued.
pub(super) async fn setup(args: &LoadArgs) -> anyhow::Result<Setup> {
    // The command line first: it is wrong or right without asking anybody.
    let client = Client::new(args)?;
    let list_token = secret::read("--list-token-file", args.list_token_file.as_deref(), LIST_TOKEN)?;
    let bearer = list_token.map(|token| format!("Bearer {}", token.expose()));
    Ok(Setup {
        list_authorization: bearer.or_else(|| client.authorization.clone()),
        client,
        endpoints: Endpoints::find(args).await?,
        scope: args.scope.clone(),
        conns: args.conns as usize,
        live: Rc::default(),
        doomed: Rc::default(),
        rotation: None,
        backend: Backend::new(args)?,
    })
}
