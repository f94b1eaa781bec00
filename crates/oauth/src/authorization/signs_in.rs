//! Whose pages people sign in on.

/// Where people sign in for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignsIn {
    /// On the pages of this server, which decides what they need.
    Here,
    /// On those of a trusted caller, which is told what the client asks for and decides itself.
    Elsewhere,
}
