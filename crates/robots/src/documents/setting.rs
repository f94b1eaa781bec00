//! The four settings of a robot: small documents that the robot writes and reads back. Their content is not looked at.

use serde::{Deserialize, Serialize};

use super::doc::{Accepted, Doc, Written};
use super::reader::Reader;
use crate::Robots;
use jeton_ledger::ledger::{Attempts, documents};
use jeton_model::Refusal;
use jeton_model::ids::{DeviceId, DocumentId};
use jeton_model::records::{Document, DocumentKind};
use jeton_model::store::Write;

/// The longest document, in bytes after JSON escaping: the four together fit into the robot's buffer of 20,480.
const LONGEST: usize = 20_480 / 4 - 320;
/// The longest `client_metadata`, in bytes.
const LONGEST_METADATA: usize = 255;

/// One of the four.
#[derive(Clone, Copy)]
pub(super) struct Setting(&'static str);

impl Setting {
    const ALL: [&'static str; 4] =
        ["vic.RobotSettings", "vic.AccountSettings", "vic.UserEntitlements", "vic.RobotLifetimeStats"];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| *known == name).map(Self)
    }
}

/// The content of the ledger's document.
#[derive(Serialize, Deserialize)]
struct Body {
    version: u64,
    format: u64,
    metadata: String,
    json: String,
}

impl From<Body> for Doc {
    fn from(body: Body) -> Self {
        Self { version: body.version, format: body.format, client_metadata: body.metadata, json: body.json }
    }
}

/// Whose settings they are: those of an owner stay when the robot goes to another, who does not see them.
fn place(reader: &Reader, setting: Setting) -> (String, String) {
    (reader.device.to_string(), format!("{}/{}", reader.user.key, setting.0))
}

async fn found(robots: &Robots, reader: &Reader, setting: Setting) -> Result<Option<Document>, Refusal> {
    let (owner, name) = place(reader, setting);
    let service = robots.settings().service;
    Ok(robots.ledger.store().document(service, DocumentKind::DeviceSetting, &owner, &name).await?)
}

/// The document, if there is one.
pub(super) async fn read(robots: &Robots, reader: &Reader, setting: Setting) -> Result<Option<Doc>, Refusal> {
    let found = found(robots, reader, setting).await?;
    Ok(match found {
        None => None,
        Some(document) => Some(Body::deserialize(&document.body)?.into()),
    })
}

/// Stores it, if it names the stored version and fits.
pub(super) async fn write(robots: &Robots, reader: &Reader, setting: Setting, doc: Doc) -> Result<Written, Refusal> {
    let mut attempts = Attempts::default();
    loop {
        let written = write_once(robots, reader, setting, &doc).await;
        if let Some(written) = attempts.unless_changed(written) {
            return written;
        }
    }
}

async fn write_once(robots: &Robots, reader: &Reader, setting: Setting, doc: &Doc) -> Result<Written, Refusal> {
    let old = found(robots, reader, setting).await?;
    let (latest, format) = match &old {
        None => (0, 0),
        Some(document) => Body::deserialize(&document.body).map(|body| (body.version, body.format))?,
    };
    let refused = |accepted| Ok(Written { accepted, latest });
    if doc.version != latest {
        return refused(Accepted::BadVersion);
    }
    if doc.format < format {
        return refused(Accepted::BadFormat);
    }
    let escaped = serde_json::to_string(&doc.json)?.len();
    if escaped > LONGEST || doc.client_metadata.len() > LONGEST_METADATA {
        return refused(Accepted::TooLarge);
    }
    let (owner, name) = place(reader, setting);
    let id = match &old {
        Some(document) => document.id,
        None => DocumentId::new(robots.ledger.new_number().await?),
    };
    let body =
        Body { version: latest + 1, format: doc.format, metadata: doc.client_metadata.clone(), json: doc.json.clone() };
    let new = Document {
        id,
        service: robots.settings().service,
        kind: DocumentKind::DeviceSetting,
        owner,
        name,
        updated: robots.ledger.now(),
        body: serde_json::to_value(body)?,
    };
    robots.ledger.put_over(old, vec![Write::Document(Box::new(new))]).await?;
    Ok(Written { accepted: Accepted::Yes, latest: latest + 1 })
}

/// Removes it.
pub(super) async fn delete(robots: &Robots, reader: &Reader, setting: Setting) -> Result<(), Refusal> {
    if let Some(document) = found(robots, reader, setting).await? {
        robots.ledger.applied(vec![Write::DeleteDocument(document.id)]).await?;
    }
    Ok(())
}

/// The writes that remove all settings of a robot.
///
/// # Errors
/// When the store fails.
pub(crate) async fn removal(robots: &Robots, device: DeviceId) -> Result<Vec<Write>, Refusal> {
    let owner = device.to_string();
    let service = robots.settings().service;
    let kind = DocumentKind::DeviceSetting;
    let all = documents::all(&robots.ledger, service, kind, Some(&owner), usize::MAX).await?;
    Ok(all.into_iter().map(|document| Write::DeleteDocument(document.id)).collect())
}
