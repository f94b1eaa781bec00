//! `jeton vector …`

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::client::Paged;
use super::{Target, robot_host};

/// What can be done for Vector robots.
#[derive(Debug, Subcommand)]
pub(crate) enum VectorCommand {
    /// Make a certificate authority, the server's certificate and the robots' configuration, and print the steps
    Init(VectorInit),
    /// List robots with their owners and tokens
    Robots(Paged),
    /// List the apps of a robot
    Apps(OneRobot),
    /// End all tokens of a robot, and remove its owner, key and documents
    Forget(OneRobot),
    /// Let a robot associate with another key than the one that was pinned
    Release(OneRobot),
    /// Let a robot with another server's token become ours, for some time
    Adopt(Adopt),
    /// Let a robot in again whose certificate was revoked
    Unban(Unban),
}

/// Arguments of `jeton vector init`.
#[derive(Debug, Args)]
pub(crate) struct VectorInit {
    /// Folder for the files; no file in it is replaced
    #[arg(long, default_value = "./vector", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// A name of this machine, as the robots are to dial it; may be repeated, the first is written into their configuration
    /// (default: escapepod.local)
    #[arg(long, value_name = "NAME", value_parser = robot_host::name)]
    pub(crate) name: Vec<String>,
    /// An address of this machine; may be repeated (default: the one from which it reaches the network)
    #[arg(long, value_name = "ADDRESS", value_parser = robot_host::address)]
    pub(crate) address: Vec<IpAddr>,
    /// The port that robots are to dial
    #[arg(long, default_value_t = 443, value_parser = clap::value_parser!(u16).range(1..=65535))]
    pub(crate) port: u16,
    /// Print one JSON document instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of the commands about one robot.
#[derive(Debug, Args)]
pub(crate) struct OneRobot {
    /// The robot: its serial number (`00601b50`), with `vic:` before it or not
    pub(crate) robot: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton vector adopt`.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// The robot: its serial number (`00601b50`), with `vic:` before it or not
    pub(crate) robot: String,
    /// For how long: 90s, 1h
    #[arg(long = "for", default_value = "1h", value_name = "DURATION")]
    pub(crate) duration: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}

/// Arguments of `jeton vector unban`.
#[derive(Debug, Args)]
pub(crate) struct Unban {
    /// The robot: its serial number (`00601b50`), with `vic:` before it or not
    pub(crate) robot: String,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Where the server is.
    #[command(flatten)]
    pub(crate) target: Target,
}
