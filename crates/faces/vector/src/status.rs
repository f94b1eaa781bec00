//! Refusals as gRPC statuses (`docs/contracts/vector.md` section 7).
//!
//! A robot takes `INVALID_ARGUMENT` as "wrong account" and `PERMISSION_DENIED` as final; every other code means to it that it may try
//! again. So these two stand only where they are meant: the table names each refusal that has one of them, and no class does.

use jeton_core::Refusal;
use jeton_core::refusal::Class;
use jeton_core::refusals::{
    ROBOT_APP_SCOPE, ROBOT_BANNED, ROBOT_CERTIFICATE_ID, ROBOT_INDEX_UNKNOWN, ROBOT_JWT, ROBOT_JWT_FOREIGN,
    ROBOT_OWNER_MISMATCH, ROBOT_SECOND_SESSION, ROBOT_STS_OFF, ROBOT_TOO_MANY,
};
use jeton_core::robots::Robots;
use jeton_wire::exception;
use tonic::{Code, Status};

/// Where a code differs from that of the class.
const EXCEPTIONS: &[(Refusal, Code)] = &[
    (ROBOT_JWT, Code::PermissionDenied),
    (ROBOT_JWT_FOREIGN, Code::PermissionDenied),
    (ROBOT_BANNED, Code::PermissionDenied),
    (ROBOT_APP_SCOPE, Code::PermissionDenied),
    (ROBOT_OWNER_MISMATCH, Code::InvalidArgument),
    (ROBOT_SECOND_SESSION, Code::InvalidArgument),
    // Only services are answered so.
    (ROBOT_INDEX_UNKNOWN, Code::InvalidArgument),
    (ROBOT_CERTIFICATE_ID, Code::InvalidArgument),
    // An error that robots survive, where an OK without credentials ends their process.
    (ROBOT_STS_OFF, Code::Unimplemented),
    (ROBOT_TOO_MANY, Code::ResourceExhausted),
];

/// Records a refusal, and gives the status of the answer.
pub(crate) fn refused(robots: &Robots, refusal: &Refusal, method: &'static str) -> Status {
    let status = Status::new(code(refusal), refusal.message());
    let answer = jeton_wire::refused(&robots.ledger, refusal, (method, None), |_| status.clone().into_http());
    // The same status, with the headers that every refusal has as its metadata.
    Status::from_header_map(answer.headers()).unwrap_or(status)
}

fn code(refusal: &Refusal) -> Code {
    if let Some(code) = exception(EXCEPTIONS, refusal) {
        return code;
    }
    match refusal.class() {
        Class::Unauthenticated | Class::Forbidden | Class::Gone | Class::NeedsInteraction => Code::Unauthenticated,
        Class::Conflict => Code::Aborted,
        Class::TooLarge => Code::ResourceExhausted,
        // `NOT_FOUND` is used nowhere.
        Class::Missing | Class::Throttled | Class::Pending | Class::Unavailable => Code::Unavailable,
        // What is malformed here has no code of its own: a robot would take it for the wrong account.
        Class::Malformed | Class::Fault => Code::Internal,
    }
}
