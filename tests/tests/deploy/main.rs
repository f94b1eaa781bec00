//! Ways to install Jeton: what `deploy/` and `scripts/` have is used, as far as a test can, without a system of its own.

mod chart;
mod image;
mod made_of;
mod package;
mod release;
mod root;
mod unit;
mod yaml;
