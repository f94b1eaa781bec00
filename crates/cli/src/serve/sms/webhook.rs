//! The operator's own service: a JSON object with `to`, `from` and `text`.

use std::sync::Arc;

use futures::future::BoxFuture;
use jeton_core::Secret;
use jeton_core::confirmation::{Message, SendError, Sender};
use jeton_core::outbound::{Outbound, OutboundBody};
use serde_json::json;

pub(super) struct Webhook {
    pub(super) outbound: Arc<dyn Outbound>,
    pub(super) url: Secret,
    pub(super) from: Option<String>,
    pub(super) basic: Option<(String, Secret)>,
}

impl Sender for Webhook {
    fn send(&self, message: Message) -> BoxFuture<'static, Result<(), SendError>> {
        let mut document = json!({ "to": message.to.as_str(), "text": message.text.expose() });
        if let (Some(from), Some(members)) = (&self.from, document.as_object_mut()) {
            members.insert("from".to_owned(), from.as_str().into());
        }
        let body = OutboundBody::Json(Secret::new(document.to_string()));
        Box::pin(super::post(Arc::clone(&self.outbound), self.url.clone(), self.basic.clone(), body))
    }
}
