//! The tokens that are minted for robots.

mod client_token;
mod jwt;
mod mint;

pub(crate) use client_token::{APP_ID, HASH, client_token};
pub(crate) use jwt::RobotJwt;
pub(crate) use mint::{Kin, Wanted};
