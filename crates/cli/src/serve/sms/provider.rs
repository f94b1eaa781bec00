//! The form that message providers share: `To`, `From` and `Body`, HTTP Basic.

use std::sync::Arc;

use form_urlencoded::Serializer;
use futures::future::BoxFuture;
use jeton_core::Secret;
use jeton_core::confirmation::{Message, SendError, Sender};
use jeton_core::outbound::{Outbound, OutboundBody};

pub(super) struct Provider {
    pub(super) outbound: Arc<dyn Outbound>,
    pub(super) url: Secret,
    pub(super) from: String,
    pub(super) basic: Option<(String, Secret)>,
}

impl Sender for Provider {
    fn send(&self, message: Message) -> BoxFuture<'static, Result<(), SendError>> {
        let mut form = Serializer::new(String::new());
        form.append_pair("To", message.to.as_str());
        form.append_pair("From", &self.from);
        form.append_pair("Body", message.text.expose());
        let body = OutboundBody::Form(Secret::new(form.finish()));
        Box::pin(super::post(Arc::clone(&self.outbound), self.url.clone(), self.basic.clone(), body))
    }
}
