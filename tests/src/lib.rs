//! Whole-product tests with real clients.
//!
//! Nothing here links Jeton itself (only the test kit, for free ports, the machine's programs and a private
//! PostgreSQL): the tests run the `jeton` binary and use it over the wire, like an operator and like existing clients.
//!
//! | module | is |
//! | --- | --- |
//! | [`jeton`] | a running server in a folder of its own |
//! | [`dev`] | a running `jeton dev` |
//! | [`config`] | the configuration most tests share |
//! | [`toml`] | configuration text from JSON |
//! | [`person`] | somebody with a browser's cookies who fills in forms |
//! | [`form`] | the forms on a page |
//! | [`apache`] | Apache with its modules, as an ordinary process |
//! | [`authority`] | certificates for one test |
//! | [`oidc_agent`] | oidc-agent with a home of its own |
//! | [`clients_page`] | the page of the clients that run with their defaults |
//! | [`client_run`] | a real client from npm, PyPI or Maven Central, run as a child process |

pub mod apache;
pub mod authority;
pub mod client_run;
pub mod clients_page;
pub mod config;
pub mod dev;
pub mod form;
pub mod jeton;
pub mod oidc_agent;
pub mod person;
pub mod toml;

mod binary;
mod html;
mod process;

pub use binary::path as binary;
pub use jeton::Jeton;
pub use jeton_testkit::free_port;
