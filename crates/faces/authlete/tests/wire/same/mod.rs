//! The same requests of clients through Jeton's own OAuth face and through the runtime of this one, on equal services: both give
//! the same answers and leave the same ledger, but for the differences that [`rows`] lists with their place in the contract.
//!
//! An authorization server that forwards its clients' requests, as one with an official SDK does, is [`behind`]; Jeton's own
//! face, with a browser that signs in, is [`native`].

mod behind;
mod ledger;
mod native;
mod random;
mod request;
mod rows;
mod said;
mod script;
mod side;
