//! A port for a server that needs a fixed one.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

/// Below the ports for outgoing connections, which could take one between the check and the start.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// The locks of this process, until it ends: a server may be stopped and started again on its port.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of 127.0.0.1 on which nothing listens, and that no other test gets while this process runs.
///
/// # Panics
/// None is left.
#[must_use]
pub fn free_port() -> u16 {
    static TURN: AtomicU16 = AtomicU16::new(0);
    let folder = std::env::temp_dir().join("jeton-test-ports");
    let _there_already = std::fs::create_dir_all(&folder);
    // Processes begin at different places, so that they seldom try the same.
    let start = std::process::id().wrapping_mul(7919);
    for _ in 0..COUNT {
        let turn = u32::from(TURN.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + u16::try_from(start.wrapping_add(turn) % u32::from(COUNT)).unwrap();
        let Some(lock) = lock(&folder, port) else { continue };
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            HELD.lock().unwrap().push(lock);
            return port;
        }
    }
    panic!("no port of {FIRST} to {} is free", FIRST + COUNT - 1);
}

/// The lock of a port; none where another process has it.
fn lock(folder: &Path, port: u16) -> Option<File> {
    let file = OpenOptions::new().create(true).append(true).open(folder.join(port.to_string())).ok()?;
    file.try_lock().ok()?;
    Some(file)
}
