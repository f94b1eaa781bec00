//! One call of gRPC as an HTTP request: a frame with the message, and the status in headers or trailers.

use jeton_served::{Ask, House, Reply};
use prost::Message;

/// The answer of a call.
pub(crate) struct Called {
    /// The status of gRPC; 0 is OK.
    pub(crate) status: u32,
    pub(crate) reply: Reply,
}

impl Called {
    /// The message.
    pub(crate) fn message<M: Message + Default>(&self) -> M {
        assert_eq!(self.status, 0, "{:?}", self.reply.headers);
        M::decode(&self.reply.body[5..]).unwrap()
    }
}

/// Calls a method with this message and metadata, over a connection with this certificate.
pub(crate) async fn call(
    house: &House,
    path: &str,
    message: &impl Message,
    metadata: &[(&str, &str)],
    certificate: Option<&[u8]>,
) -> Called {
    let bytes = message.encode_to_vec();
    let mut frame = vec![0];
    frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_be_bytes());
    frame.extend_from_slice(&bytes);
    let mut ask = Ask::post(path).header("content-type", "application/grpc").header("te", "trailers").body(frame);
    for (name, value) in metadata {
        ask = ask.header(name, *value);
    }
    if let Some(der) = certificate {
        ask = ask.certificate(der, false);
    }
    let reply = ask.send(house).await;
    // An error has no message: its status is among the headers. Otherwise it was OK, as the trailers say.
    let status = reply.header("grpc-status").map_or(0, |status| status.parse().unwrap());
    Called { status, reply }
}
