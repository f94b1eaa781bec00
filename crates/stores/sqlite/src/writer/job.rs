//! What the writer is asked to do.

use jeton_model::clock::Timestamp;
use jeton_model::store::{Command, Outcome, StoreError};
use tokio::sync::oneshot;

/// The receiver of an answer, which may be gone.
pub(crate) type AnswerSender<T> = oneshot::Sender<Result<T, StoreError>>;

/// One job.
pub(crate) enum Job {
    /// A write with a caller that waits: part of the next commit.
    Write(WriteRequest),
    /// Anything else.
    Chore(Chore),
}

/// A write that is answered when it is durable.
pub(crate) enum WriteRequest {
    /// A command.
    Apply {
        /// It.
        command: Command,
        /// The receiver of the answer.
        answer: AnswerSender<Outcome>,
    },
    /// Ids.
    Reserve {
        /// How many.
        count: u32,
        /// The receiver of the answer.
        answer: AnswerSender<u64>,
    },
    /// A value of the installation, if there is none.
    MetaInit {
        /// Its name.
        name: String,
        /// It.
        value: Vec<u8>,
        /// The receiver of the answer.
        answer: AnswerSender<Vec<u8>>,
    },
    /// A value of the installation.
    MetaSet {
        /// Its name.
        name: String,
        /// It.
        value: Vec<u8>,
        /// The receiver of the answer.
        answer: AnswerSender<()>,
    },
}

/// What is done between commits.
pub(crate) enum Chore {
    /// Bring the lists up to date.
    FillLists {
        /// The receiver of the answer.
        answer: AnswerSender<()>,
    },
    /// Remove what expired.
    Sweep {
        /// Before when.
        now: Timestamp,
        /// At most how many rows.
        limit: u32,
        /// The receiver of the answer.
        answer: AnswerSender<u64>,
    },
    /// Copy the rest of the log.
    FinishLog,
    /// Answer.
    Ping {
        /// The receiver of the answer.
        answer: AnswerSender<()>,
    },
}

/// The result of a write request.
#[derive(Debug)]
pub(super) enum Reply {
    /// Of a command.
    Outcome(Outcome),
    /// The first id.
    Id(u64),
    /// The value.
    Value(Vec<u8>),
    /// Done.
    Done,
}

impl WriteRequest {
    /// Answers.
    pub(super) fn answer(self, reply: Result<Reply, StoreError>) {
        // An answer without a receiver is dropped: what was done stays done.
        match self {
            Self::Apply { answer, .. } => {
                let _ = answer.send(reply.and_then(|r| if let Reply::Outcome(o) = r { Ok(o) } else { mixed_up() }));
            }
            Self::Reserve { answer, .. } => {
                let _ = answer.send(reply.and_then(|r| if let Reply::Id(n) = r { Ok(n) } else { mixed_up() }));
            }
            Self::MetaInit { answer, .. } => {
                let _ = answer.send(reply.and_then(|r| if let Reply::Value(v) = r { Ok(v) } else { mixed_up() }));
            }
            Self::MetaSet { answer, .. } => {
                let _ = answer.send(reply.map(|_| ()));
            }
        }
    }
}

fn mixed_up<T>() -> Result<T, StoreError> {
    Err(StoreError::message("an answer to something else"))
}
