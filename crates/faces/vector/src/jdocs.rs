//! `jdocspb.Jdocs`: the documents of a robot.

use jeton_core::Refusal;
use jeton_core::robots::documents::{Accepted, DeleteDoc, Doc, DocStatus, ReadDocs, WriteDoc};
use tonic::{Request, Response, Status};

use crate::call::Call;
use crate::proto::jdocs::jdocs_server::{Jdocs, JdocsServer};
use crate::proto::jdocs::read_docs_resp::{Item, Status as ReadStatus};
use crate::proto::jdocs::write_doc_resp::Status as WriteStatus;
use crate::proto::jdocs::{DeleteDocReq, DeleteDocResp, Jdoc, ReadDocsReq, ReadDocsResp, WriteDocReq, WriteDocResp};
use crate::state::VectorState;
use crate::{LARGEST, status};

/// The service.
pub(crate) fn service(state: VectorState) -> JdocsServer<JdocsCalls> {
    JdocsServer::new(JdocsCalls(state)).max_decoding_message_size(LARGEST)
}

/// Its calls.
pub(crate) struct JdocsCalls(VectorState);

impl JdocsCalls {
    fn answer<T>(&self, outcome: Result<T, Refusal>, method: &'static str) -> Result<Response<T>, Status> {
        outcome.map(Response::new).map_err(|refusal| status::refused(&self.0.robots, &refusal, method))
    }

    async fn read(&self, request: Request<ReadDocsReq>) -> Result<ReadDocsResp, Refusal> {
        let (call, asked) = Call::of(request);
        let items = asked.items.into_iter().map(|item| (item.doc_name, item.my_doc_version)).collect();
        let asked = ReadDocs { user_id: asked.user_id, thing: asked.thing, items };
        let found = self.0.robots.read_docs(&call.presented(), &asked).await?;
        let items = found.into_iter().map(|read| {
            let status = match read.status {
                DocStatus::Unchanged => ReadStatus::Unchanged,
                DocStatus::Changed => ReadStatus::Changed,
                DocStatus::NotFound => ReadStatus::NotFound,
            };
            // Present also where nothing was found: a robot reads it without looking.
            Item { status: status.into(), doc: Some(written(read.doc)) }
        });
        Ok(ReadDocsResp { items: items.collect() })
    }

    async fn write(&self, request: Request<WriteDocReq>) -> Result<WriteDocResp, Refusal> {
        let (call, asked) = Call::of(request);
        let doc = read(asked.doc.unwrap_or_default());
        let asked = WriteDoc { user_id: asked.user_id, thing: asked.thing, name: asked.doc_name, doc };
        let written = self.0.robots.write_doc(&call.presented(), asked).await?;
        let status = match written.accepted {
            Accepted::Yes => WriteStatus::Accepted,
            Accepted::BadVersion => WriteStatus::RejectedBadDocVersion,
            // There is no status for one that is too large.
            Accepted::BadFormat | Accepted::TooLarge => WriteStatus::RejectedBadFmtVersion,
        };
        Ok(WriteDocResp { status: status.into(), latest_doc_version: written.latest })
    }

    async fn delete(&self, request: Request<DeleteDocReq>) -> Result<DeleteDocResp, Refusal> {
        let (call, asked) = Call::of(request);
        let asked = DeleteDoc { user_id: asked.user_id, thing: asked.thing, name: asked.doc_name };
        self.0.robots.delete_doc(&call.presented(), &asked).await?;
        Ok(DeleteDocResp {})
    }
}

#[tonic::async_trait]
impl Jdocs for JdocsCalls {
    async fn write_doc(&self, request: Request<WriteDocReq>) -> Result<Response<WriteDocResp>, Status> {
        self.answer(self.write(request).await, "/jdocspb.Jdocs/WriteDoc")
    }

    async fn read_docs(&self, request: Request<ReadDocsReq>) -> Result<Response<ReadDocsResp>, Status> {
        self.answer(self.read(request).await, "/jdocspb.Jdocs/ReadDocs")
    }

    async fn delete_doc(&self, request: Request<DeleteDocReq>) -> Result<Response<DeleteDocResp>, Status> {
        self.answer(self.delete(request).await, "/jdocspb.Jdocs/DeleteDoc")
    }
}

fn written(doc: Doc) -> Jdoc {
    Jdoc { doc_version: doc.version, fmt_version: doc.format, client_metadata: doc.client_metadata, json_doc: doc.json }
}

fn read(doc: Jdoc) -> Doc {
    Doc { version: doc.doc_version, format: doc.fmt_version, client_metadata: doc.client_metadata, json: doc.json_doc }
}
