//! `ReadDocs`, `WriteDoc`, `DeleteDoc`.

use super::app_tokens;
use super::setting::{self, Setting};
use crate::{Presented, Robots};
use jeton_model::Refusal;

/// A document, as robots exchange it. The default is the document of "there is none".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc {
    /// Its version; the first one that is stored is 1.
    pub version: u64,
    /// The version of its format.
    pub format: u64,
    /// What the writer keeps with it.
    pub client_metadata: String,
    /// The content.
    pub json: String,
}

/// What is asked by `ReadDocs`.
#[derive(Clone, Debug, Default)]
pub struct ReadDocs {
    /// The account.
    pub user_id: String,
    /// The robot.
    pub thing: String,
    /// Names, and the versions that the robot has.
    pub items: Vec<(String, u64)>,
}

/// One document of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDoc {
    /// What is said about it.
    pub status: DocStatus,
    /// The document; never absent, for robots read it whatever the status says.
    pub doc: Doc,
}

/// What is said about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocStatus {
    /// The robot has this version.
    Unchanged,
    /// Here it is.
    Changed,
    /// There is none.
    NotFound,
}

/// What is asked by `WriteDoc`.
#[derive(Clone, Debug, Default)]
pub struct WriteDoc {
    /// The account.
    pub user_id: String,
    /// The robot.
    pub thing: String,
    /// The document's name.
    pub name: String,
    /// The document, with the version that it replaces; 0: it is new.
    pub doc: Doc,
}

/// What is asked by `DeleteDoc`.
#[derive(Clone, Debug, Default)]
pub struct DeleteDoc {
    /// The account.
    pub user_id: String,
    /// The robot.
    pub thing: String,
    /// The document's name.
    pub name: String,
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Whether it was stored.
    pub accepted: Accepted,
    /// The version that is stored now; 0: none.
    pub latest: u64,
}

/// Whether a document was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It was.
    Yes,
    /// Another version is stored.
    BadVersion,
    /// One in a newer format is stored.
    BadFormat,
    /// It is too large, or no document of this name is kept.
    TooLarge,
}

impl Robots {
    /// The documents that a robot asks for: as many as it asks for, in that order.
    ///
    /// # Errors
    /// `ROBOT_JWT` and `ROBOT_JWT_FOREIGN`, after which the robot renews its JWT; or when the store fails.
    pub async fn read_docs(&self, presented: &Presented<'_>, asked: &ReadDocs) -> Result<Vec<ReadDoc>, Refusal> {
        let reader = self.reader(presented, (&asked.user_id, &asked.thing)).await?;
        let mut found = Vec::with_capacity(asked.items.len());
        for (name, has) in &asked.items {
            let doc = match Setting::named(name) {
                Some(setting) => setting::read(self, &reader, setting).await?,
                None if name == app_tokens::NAME => {
                    // Never "unchanged": a robot drops its list before it asks.
                    let doc = app_tokens::document(self, &reader.state).await?;
                    found.push(ReadDoc { status: DocStatus::Changed, doc });
                    continue;
                }
                None => None,
            };
            found.push(match doc {
                None => ReadDoc { status: DocStatus::NotFound, doc: Doc::default() },
                Some(doc) if doc.version == *has => {
                    ReadDoc { status: DocStatus::Unchanged, doc: Doc { json: String::new(), ..doc } }
                }
                Some(doc) => ReadDoc { status: DocStatus::Changed, doc },
            });
        }
        Ok(found)
    }

    /// Stores a setting of a robot, over the version that it names.
    ///
    /// # Errors
    /// As [`Self::read_docs`].
    pub async fn write_doc(&self, presented: &Presented<'_>, asked: WriteDoc) -> Result<Written, Refusal> {
        let reader = self.reader(presented, (&asked.user_id, &asked.thing)).await?;
        match Setting::named(&asked.name) {
            Some(setting) => setting::write(self, &reader, setting, asked.doc).await,
            None => Ok(Written { accepted: Accepted::TooLarge, latest: 0 }),
        }
    }

    /// Removes a setting of a robot; it is no error that there is none.
    ///
    /// # Errors
    /// As [`Self::read_docs`].
    pub async fn delete_doc(&self, presented: &Presented<'_>, asked: &DeleteDoc) -> Result<(), Refusal> {
        let reader = self.reader(presented, (&asked.user_id, &asked.thing)).await?;
        match Setting::named(&asked.name) {
            Some(setting) => setting::delete(self, &reader, setting).await,
            None => Ok(()),
        }
    }
}
