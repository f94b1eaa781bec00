//! The tokens that are minted for robots.

mod jwt;
mod mint;

pub(crate) use jwt::RobotJwt;
pub(crate) use mint::{Kin, Wanted};
