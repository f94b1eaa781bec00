//! The port to the telephone network.

use futures::future::BoxFuture;
use jeton_jose::Secret;

use jeton_model::records::PhoneNumber;

/// Sends messages to telephones.
pub trait Sender: Send + Sync + 'static {
    /// Whether there is anything to send through.
    fn is_on(&self) -> bool {
        true
    }

    /// Sends one message; ready when the provider has taken it.
    fn send(&self, message: Message) -> BoxFuture<'static, Result<(), SendError>>;
}

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The recipient.
    pub to: PhoneNumber,
    /// The text, which contains the code.
    pub text: Secret,
}

/// The message was not accepted. The text is for the log and contains neither number nor code.
#[derive(Debug, thiserror::Error)]
#[error("the message was not sent: {0}")]
pub struct SendError(pub String);

/// No telephone network: codes are not offered.
#[derive(Debug, Default)]
pub struct NoSender;

impl Sender for NoSender {
    fn is_on(&self) -> bool {
        false
    }

    fn send(&self, _: Message) -> BoxFuture<'static, Result<(), SendError>> {
        Box::pin(std::future::ready(Err(SendError("no sender is configured".to_owned()))))
    }
}
