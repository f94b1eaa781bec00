//! What stands in the proto files: messages, services and clients, generated when the crate is built.

/// `proto/token.proto`.
#[expect(missing_docs, clippy::allow_attributes, clippy::missing_errors_doc, reason = "generated")]
pub mod token {
    tonic::include_proto!("tokenpb");
}

/// `proto/jdocs.proto`.
#[expect(missing_docs, clippy::allow_attributes, clippy::missing_errors_doc, reason = "generated")]
pub mod jdocs {
    tonic::include_proto!("jdocspb");
}

/// Both files, compiled: for gRPC reflection.
pub(crate) const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
