//! What robots ask about documents, and what they are answered.

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
