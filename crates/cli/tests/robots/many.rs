//! Many robots at once, as after an outage: each on a new TLS connection. Prints how long they take, what of that is the TLS
//! handshake, signing and the commit, and how another request fares meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jeton_testkit::free_port;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::home::Home;
use crate::robot::Robot;

/// `JETON_ROBOTS` sets another number: 10,000 is what the listener is made for.
const ROBOTS: u32 = 200;

/// How soon all must be served.
const SOON: Duration = Duration::from_secs(60);

/// How many other requests are sent before, and how long each waits for the next one.
const QUIET: usize = 200;
const TRICKLE: Duration = Duration::from_millis(10);

/// A client that signs nothing: its tokens are reference tokens.
const CLIENT: &str = "[[client]]\nclient_id = \"trickle\"\nclient_secret = \"a secret that is long enough\"\n\
                      grant_types = [\"client_credentials\"]\nscope = \"read\"\n";
/// `trickle:a secret that is long enough`, form-encoded and in base64 (RFC 6749 section 2.3.1).
const BASIC: &str = "dHJpY2tsZTphK3NlY3JldCt0aGF0K2lzK2xvbmcrZW5vdWdo";

/// The answer to one request on a connection of its own.
async fn http(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let length = body.len();
    let request =
        format!("{head}Host: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// How long `client_credentials` at `/token` takes.
async fn token(port: u16) -> Duration {
    let head = format!(
        "POST /token HTTP/1.1\r\nAuthorization: Basic {BASIC}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    let began = Instant::now();
    let answer = http(port, &head, "grant_type=client_credentials&scope=read").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    began.elapsed()
}

/// What the server has measured since its start, by name.
struct Measured(String);

impl Measured {
    async fn now(port: u16) -> Self {
        Self(http(port, "GET /metrics HTTP/1.1\r\n", "").await)
    }

    fn value(&self, name: &str) -> f64 {
        let line = self.0.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.0)).parse().unwrap()
    }

    /// The average time of what was counted since `before`, in seconds.
    fn average(&self, before: &Self, what: &str) -> f64 {
        let more = |name: &str| self.value(name) - before.value(name);
        let times = more(&format!("jeton_{what}_total"));
        if times > 0.0 { more(&format!("jeton_{what}_seconds_total")) / times } else { 0.0 }
    }
}

fn at(sorted: &[Duration], share: usize) -> Duration {
    sorted[(sorted.len() - 1) * share / 100]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_come_at_once_and_all_are_served() {
    let number = std::env::var("JETON_ROBOTS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROBOTS);
    let metrics = free_port();
    let home = Home::with(&format!("[metrics]\nlisten = \"127.0.0.1:{metrics}\"\n{CLIENT}")).await;
    let mut robots = Vec::new();
    for esn in 0..number {
        let mut robot = Robot::new(&home, &format!("{esn:08x}"));
        robot.associate().await;
        robots.push(robot);
    }

    let mut quiet = Vec::new();
    for _ in 0..QUIET {
        quiet.push(token(home.http).await);
        sleep(TRICKLE).await;
    }
    quiet.sort_unstable();
    let before = Measured::now(metrics).await;

    let (is_over, port) = (Arc::new(AtomicBool::new(false)), home.http);
    let storm = Arc::clone(&is_over);
    let trickle = tokio::spawn(async move {
        let mut took = Vec::new();
        loop {
            took.push(token(port).await);
            if storm.load(Ordering::Relaxed) {
                return took;
            }
            sleep(TRICKLE).await;
        }
    });
    let began = Instant::now();
    let running: Vec<_> = robots
        .into_iter()
        .map(|robot| {
            tokio::spawn(async move {
                let began = Instant::now();
                let token = robot.token().await;
                let connected = began.elapsed();
                robot.refresh_by(token, &robot.jwt).await.map(|_| (connected, began.elapsed()))
            })
        })
        .collect();
    let (mut connecting, mut took) = (Vec::new(), Vec::new());
    for task in running {
        let (connected, whole) = task.await.unwrap().unwrap();
        connecting.push(connected);
        took.push(whole);
    }
    let whole = began.elapsed();
    is_over.store(true, Ordering::Relaxed);
    let mut meanwhile = trickle.await.unwrap();
    let after = Measured::now(metrics).await;

    meanwhile.sort_unstable();
    took.sort_unstable();
    let average =
        |times: &[Duration]| (times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap()).as_secs_f64();
    let one = average(&took);
    println!(
        "{number} robots: {whole:?} in all, p50 {:?}, p99 {:?}, max {:?}",
        at(&took, 50),
        at(&took, 99),
        at(&took, 100)
    );
    println!("of the {one:.3} s that one takes on average:");
    for (part, seconds) in [
        ("connecting and the TLS handshake, as the robot sees it", average(&connecting)),
        ("waiting for a place to sign", after.average(&before, "signing_waits")),
        ("signing (RS512)", after.average(&before, "signatures")),
        ("waiting for the commit", after.average(&before, "commits")),
    ] {
        println!("  {:5.1} %  {part}: {:.2} ms", seconds / one * 100.0, seconds * 1000.0);
    }
    println!(
        "client_credentials: p50 {:?}, p99 {:?} before; p50 {:?}, p99 {:?} meanwhile ({} requests)",
        at(&quiet, 50),
        at(&quiet, 99),
        at(&meanwhile, 50),
        at(&meanwhile, 99),
        meanwhile.len()
    );
    assert!(whole < SOON.max(Duration::from_millis(u64::from(number) * 3)), "{whole:?}");
}
