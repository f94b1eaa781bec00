//! `jeton vector init`: what a house needs before its robots can come.

mod addresses;
mod certificates;
mod robot_config;
mod steps;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::args::VectorInit;
use crate::exit::{Done, Failure};
use crate::serve::make_data_dir;

/// The name that the robots' firmware for a server of one's own has built in.
const ESCAPE_POD: &str = "escapepod.local";

/// The files, by what they are.
struct Files {
    /// The authority that robots are to trust.
    authority: PathBuf,
    authority_key: PathBuf,
    /// The server's certificate, followed by the authority.
    server: PathBuf,
    server_key: PathBuf,
    /// What is copied to each robot.
    robot_config: PathBuf,
}

impl Files {
    fn within(dir: &Path) -> Self {
        Self {
            authority: dir.join("ca.pem"),
            authority_key: dir.join("ca.key"),
            server: dir.join("server.pem"),
            server_key: dir.join("server.key"),
            robot_config: dir.join("server_config.json"),
        }
    }

    fn all(&self) -> [&PathBuf; 5] {
        [&self.authority, &self.authority_key, &self.server, &self.server_key, &self.robot_config]
    }
}

/// Does what `jeton vector init` was asked for.
pub(crate) fn init(args: &VectorInit) -> Done {
    let names = if args.name.is_empty() { vec![ESCAPE_POD.to_owned()] } else { each_once(&args.name) };
    let addresses: Vec<IpAddr> = if args.address.is_empty() {
        addresses::of_this_machine().into_iter().collect()
    } else {
        each_once(&args.address)
    };
    // Robots find a name by multicast DNS only; where there is none, they are to dial the address.
    let dialled = names.first().map_or(ESCAPE_POD, String::as_str);
    let made = certificates::make(&names, &addresses)?;
    make_data_dir(&args.dir)?;
    let files = Files::within(&args.dir);
    if let Some(there) = files.all().into_iter().find(|path| path.exists()) {
        let there = there.display();
        return Err(Failure::failed(format_args!(
            "{there} exists and is left as it is: name another folder with --dir"
        )));
    }
    write(&files.authority, 0o644, &made.authority)?;
    write(&files.authority_key, 0o600, &made.authority_key)?;
    write(&files.server, 0o644, &made.server)?;
    write(&files.server_key, 0o600, &made.server_key)?;
    let config = robot_config::text(dialled, args.port)?;
    write(&files.robot_config, 0o644, &config)?;
    steps::say(args, &files, &names, &addresses);
    Ok(())
}

/// The same in the same order, without repetitions.
fn each_once<T: Clone + PartialEq>(all: &[T]) -> Vec<T> {
    let mut once: Vec<T> = Vec::with_capacity(all.len());
    for one in all {
        if !once.contains(one) {
            once.push(one.clone());
        }
    }
    once
}

/// Writes a file that does not exist.
fn write(path: &Path, mode: u32, text: &str) -> Done {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        let path = path.display();
        Failure::failed(match error.kind() {
            ErrorKind::AlreadyExists => format!("{path} exists and is left as it is: name another folder with --dir"),
            _ => format!("cannot write {path}: {error}"),
        })
    })
}
