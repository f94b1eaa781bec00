//! How many commands a second the store makes durable, and how long one waits.
//!
//! `cargo run --release -p jeton-store-sqlite --example throughput [-- operation callers seconds folder]`, where operation
//! is issue, rotate, revoke or all. Each caller waits for one command before it hands in the next.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jeton_model::Store;
use jeton_model::clock::{Clock, SystemClock};
use jeton_model::ids::{ClientKey, GrantId, TokenId, UserKey};
use jeton_model::records::{
    Actor, Event, EventKind, Reason, SingleUse, SingleUseKey, SingleUseKind, Subject, Token, TokenKind, Verifier,
};
use jeton_model::store::{Command, Outcome, Precondition, Write};
use jeton_store_sqlite::{Options, SqliteStore};
use jeton_testkit::sample;

/// Ids a caller takes at once, as the ledger does.
static NEXT: AtomicU64 = AtomicU64::new(1);

fn id() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// 32 bytes that look random and differ for each number.
fn hash(n: u64) -> [u8; 32] {
    let mut out = [0; 32];
    let mut x = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF0;
    for chunk in out.chunks_mut(8) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        chunk.copy_from_slice(&x.to_be_bytes());
    }
    out
}

fn token(clients: u64) -> Token {
    let id = id();
    let now = SystemClock.now();
    Token {
        client: Some(ClientKey::new(10 + id % clients)),
        verifier: Verifier(hash(id)),
        issued: now,
        expires: Some(now + Duration::from_secs(3600)),
        ..sample::token(id)
    }
}

fn written(token: Token) -> Write {
    Write::Token { token: token.into(), alias: None }
}

/// What a refresh does: the old token is rotated; a new pair, the sealed answer and an event are written.
fn rotate(old: u64, grant: u64) -> (Command, u64) {
    let now = SystemClock.now();
    let family = |kind| Token {
        kind,
        subject: Some(Subject::User(UserKey::new(7 + grant % 5000))),
        grant: Some(GrantId::new(grant)),
        parent: Some(TokenId::new(old)),
        ..token(1)
    };
    let (access, refresh) = (family(TokenKind::Access), family(TokenKind::Refresh));
    let (new, service) = (refresh.id, refresh.service);
    let reply = SingleUse {
        kind: SingleUseKind::from_sql(3),
        key: SingleUseKey(hash(old)),
        service,
        grant: refresh.grant,
        expires: now + Duration::from_secs(10),
        used: None,
        payload: vec![7; 300],
    };
    let mut event = Event::new(EventKind::TokenRotated, now, Some(service), Actor::Client(ClientKey::new(10)));
    event.token = Some(TokenId::new(old));
    let writes =
        vec![written(access), written(refresh), Write::SingleUse(Box::new(reply)), Write::Event(Box::new(event))];
    (Command { when: Some(Precondition::Rotate { token: TokenId::new(old), to: new, at: now }), writes }, new.get())
}

fn revoke(id: u64) -> Command {
    let now = SystemClock.now();
    let mut event = Event::new(EventKind::TokenRevoked, now, Some(sample::SERVICE), Actor::Client(ClientKey::new(10)));
    event.token = Some(TokenId::new(id));
    let end = Write::RevokeToken { id: TokenId::new(id), at: now, why: Reason::Client };
    Command::of(vec![end, Write::Event(Box::new(event))])
}

async fn done(store: &SqliteStore, command: Command) {
    let outcome = store.apply(command).await.unwrap();
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
}

/// One caller until the time is over; how long each command took.
async fn call(store: Arc<SqliteStore>, what: &'static str, clients: u64, end: Instant) -> Vec<u32> {
    let mut took = Vec::with_capacity(1 << 16);
    let grant = id();
    let mut refresh = Token { kind: TokenKind::Refresh, grant: Some(GrantId::new(grant)), ..token(1) };
    let mut refresh_id = refresh.id.get();
    refresh.expires = None;
    done(&store, Command::of(vec![written(refresh)])).await;
    while Instant::now() < end {
        let command = match what {
            "issue" => Command::of(vec![written(token(clients))]),
            "rotate" => {
                let (command, new) = rotate(refresh_id, grant);
                refresh_id = new;
                command
            }
            _ => {
                let new = token(clients);
                let id = new.id.get();
                done(&store, Command::of(vec![written(new)])).await;
                revoke(id)
            }
        };
        let start = Instant::now();
        done(&store, command).await;
        took.push(u32::try_from(start.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    took
}

async fn measure(folder: &Path, what: &'static str, callers: usize, seconds: u64, clients: u64) {
    let path = folder.join(format!("{what}-{callers}-{clients}.db"));
    let store = Arc::new(SqliteStore::open(&path, options()).unwrap());
    let sweeper = what == "rotate" && std::env::var_os("SWEEP").is_some();
    let begin = Instant::now();
    let end = begin + Duration::from_secs(seconds);
    let (cpu, io) = (cpu_seconds(), io_written());
    let callers_: Vec<_> = (0..callers).map(|_| tokio::spawn(call(Arc::clone(&store), what, clients, end))).collect();
    while sweeper && Instant::now() < end {
        store.sweep(SystemClock.now(), 10_000).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut took = Vec::new();
    for caller in callers_ {
        took.extend(caller.await.unwrap());
    }
    let elapsed = begin.elapsed().as_secs_f64();
    let (cpu, io) = (cpu_seconds() - cpu, io_written() - io);
    took.sort_unstable();
    let at = |share: f64| f64::from(took.get((took.len() as f64 * share) as usize).copied().unwrap_or(0)) / 1000.0;
    let (n, commits) = (took.len() as f64, store.commits() as f64);
    let log = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |m| m.len() >> 20);
    println!(
        "{what:7} {callers:4} callers {clients:5} clients: {:8.0}/s  p50 {:6.2} ms  p99 {:6.2}  p99.9 {:6.2}  max {:6.2}  {:5.1} a commit  {:5.1} us cpu  {:5.0} B {:.2} calls written  log {log} MiB",
        n / elapsed,
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0 - 1e-9),
        n * if what == "revoke" { 2.0 } else { 1.0 } / commits,
        cpu / n * 1e6,
        io.0 / n,
        io.1 / n,
    );
    store.close().await.unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len() as f64;
    println!("        {:.0} bytes of file a command", bytes / n);
}

/// The usual ones, or another `LOG_MIB`.
fn options() -> Options {
    let usual = Options::default();
    let log_mib = std::env::var("LOG_MIB").ok().and_then(|n| n.parse().ok()).unwrap_or(usual.log_mib);
    Options { log_mib, ..usual }
}

/// CPU time of this process (Linux; 0 elsewhere).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Bytes and system calls this process has written so far (Linux; 0 elsewhere).
fn io_written() -> Io {
    let text = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let of = |name: &str| text.lines().find_map(|l| l.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0.0);
    Io(of("wchar:"), of("syscw:"))
}

struct Io(f64, f64);

impl std::ops::Sub for Io {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let arg = |n: usize| args.get(n).map(String::as_str);
    let seconds = arg(2).and_then(|s| s.parse().ok()).unwrap_or(3);
    let temp = tempfile::tempdir().unwrap();
    let folder = arg(3).map_or_else(|| temp.path().to_owned(), PathBuf::from);
    let callers: Vec<usize> = arg(1).map_or_else(|| vec![1, 64, 256], |n| vec![n.parse().unwrap()]);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for (what, clients) in [("issue", 1), ("issue", 10_000), ("rotate", 1), ("revoke", 1)] {
        if arg(0).is_some_and(|wanted| wanted != "all" && wanted != what) {
            continue;
        }
        for n in &callers {
            runtime.block_on(measure(&folder, what, *n, seconds, clients));
        }
    }
}
