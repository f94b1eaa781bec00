//! gRPC reflection: tools such as `grpcurl` read the proto files from the server.

use tonic_reflection::server::{Builder, v1, v1alpha};

use crate::proto;

fn files() -> Builder<'static> {
    Builder::configure()
        .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
}

/// `grpc.reflection.v1.ServerReflection`.
#[expect(clippy::expect_used, reason = "the files are a part of the program, and a test reads them")]
pub(crate) fn version_1() -> v1::ServerReflectionServer<impl v1::ServerReflection> {
    files().build_v1().expect("compiled files")
}

/// `grpc.reflection.v1alpha.ServerReflection`, which older tools ask.
#[expect(clippy::expect_used, reason = "the files are a part of the program, and a test reads them")]
pub(crate) fn version_1_alpha() -> v1alpha::ServerReflectionServer<impl v1alpha::ServerReflection> {
    files().build_v1alpha().expect("compiled files")
}
