//! `ReadDocs`, `WriteDoc`, `DeleteDoc`.

use super::app_tokens;
use super::doc::{Accepted, DeleteDoc, Doc, DocStatus, ReadDoc, ReadDocs, WriteDoc, Written};
use super::setting::{self, Setting};
use crate::{Presented, Robots};
use jeton_model::Refusal;
use jeton_model::refusals::REQUEST_TOO_LARGE;

/// The most documents that one call reads; a robot asks for four. An app-token document has up to 32 KiB, so without a bound a
/// request of 64 KiB would have an answer of 60 MB.
const MOST_READ: usize = 16;

impl Robots {
    /// The documents that a robot asks for: as many as it asks for, in that order.
    ///
    /// # Errors
    /// Those of the app key; `ROBOT_JWT` and `ROBOT_JWT_FOREIGN`, after which the robot renews its JWT; [`REQUEST_TOO_LARGE`] for more
    /// than 16 documents; or when the store fails.
    pub async fn read_docs(&self, presented: &Presented<'_>, asked: &ReadDocs) -> Result<Vec<ReadDoc>, Refusal> {
        let reader = self.reader(presented, (&asked.user_id, &asked.thing)).await?;
        if asked.items.len() > MOST_READ {
            return Err(REQUEST_TOO_LARGE);
        }
        let mut found = Vec::with_capacity(asked.items.len());
        // Made once, however often it is asked for: it is the one that takes a read for each app.
        let mut app_tokens: Option<Doc> = None;
        for (name, has) in &asked.items {
            let doc = match Setting::named(name) {
                Some(setting) => setting::read(self, &reader, setting).await?,
                None if name == app_tokens::NAME => {
                    // Never "unchanged": a robot drops its list before it asks.
                    let doc = match &app_tokens {
                        Some(made) => made.clone(),
                        None => app_tokens.insert(app_tokens::document(self, &reader.state).await?).clone(),
                    };
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
