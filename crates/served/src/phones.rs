//! Telephones that store the messages they receive.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::BoxFuture;
use jeton_core::confirmation::{Message, SendError, Sender};

/// The telephones.
#[derive(Default)]
pub struct Phones {
    received: Mutex<Vec<(String, String)>>,
    broken: AtomicBool,
}

impl Phones {
    /// Makes the provider reject messages.
    pub fn break_down(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// How many messages were sent.
    pub fn count(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// The code in the latest message to a number.
    pub fn code(&self, number: &str) -> String {
        let received = self.received.lock().unwrap();
        let (_, text) = received.iter().rev().find(|(to, _)| to == number).unwrap();
        text.rsplit(' ').next().unwrap().to_owned()
    }
}

impl Sender for Phones {
    fn send(&self, message: Message) -> BoxFuture<'static, Result<(), SendError>> {
        let taken = if self.broken.load(Ordering::SeqCst) {
            Err(SendError("out of order".to_owned()))
        } else {
            let (to, text) = (message.to.as_str().to_owned(), message.text.expose().to_owned());
            self.received.lock().unwrap().push((to, text));
            Ok(())
        };
        Box::pin(std::future::ready(taken))
    }
}
