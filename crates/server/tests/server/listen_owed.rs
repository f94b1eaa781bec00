//! The waiting time of a connection counts, not what happened on it last: one sum for all incomplete bodies, and the
//! slowest connection is closed first.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{Reason, SendStream};
use http::{Method, Request};
use jeton_server::{Limits, Server, Tcp};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::support::{self, Running, connect_from, h2_client, soon};

const LARGE: usize = 4 * 1024 * 1024;

async fn serve(limits: Limits) -> Running {
    let router = Router::new()
        .route("/", get(|| async { "done." }))
        .route("/page", get(|| async { "x".repeat(20_000) }))
        .route("/large", get(|| async { Bytes::from(vec![b'x'; LARGE]) }))
        .route("/body", post(|body: Bytes| async move { format!("{}.", body.len()) }));
    // No address of this machine has a place in reserve.
    let server = Server::new(router).limits(limits).unlimited(Vec::new()).tcp(Tcp::new(([127, 0, 0, 1], 0).into()));
    Running::start(server).await
}

/// Repeated actions of a client to hold a connection.
#[derive(Clone, Copy, Debug)]
enum Attack {
    /// Takes nothing of an answer, resets it and asks for another one.
    ResetAndAskAgain,
    /// Takes nothing of its answers, and asks for more.
    AskForMore,
    /// Takes nothing of one answer, and has HEAD answered.
    AnswerAndHead,
    /// Begins requests without ever sending their body, and resets them.
    ResetAndBeginAgain,
    /// Begins a request without sending its body until that is given up, and has HEAD answered.
    BodyAndHead,
}

const ATTACKS: [Attack; 5] = [
    Attack::ResetAndAskAgain,
    Attack::AskForMore,
    Attack::AnswerAndHead,
    Attack::ResetAndBeginAgain,
    Attack::BodyAndHead,
];

type Sent = (ResponseFuture, SendStream<Bytes>);

impl Attack {
    /// Continues until the server ends the connection. Counts rounds; signals when it is being served.
    async fn run(self, stream: TcpStream, every: Duration, served: Option<&mpsc::UnboundedSender<()>>) -> usize {
        let mut settings = Builder::new();
        if matches!(self, Self::ResetAndAskAgain | Self::AskForMore | Self::AnswerAndHead) {
            settings.initial_window_size(0);
        }
        let Ok((client, connection)) = settings.handshake::<_, Bytes>(stream).await else {
            return 0;
        };
        let mut rounds = 0;
        tokio::select! {
            _ = connection => rounds,
            () = self.go_on(client, every, served, &mut rounds) => unreachable!("it goes on"),
        }
    }

    async fn go_on(
        self,
        mut client: SendRequest<Bytes>,
        every: Duration,
        served: Option<&mpsc::UnboundedSender<()>>,
        rounds: &mut usize,
    ) {
        let mut open: Vec<Sent> = Vec::new();
        if let Some(served) = served
            && head(&mut client).await.is_some()
        {
            let _ = served.send(());
        }
        loop {
            let begin_body = matches!(self, Self::ResetAndBeginAgain | Self::BodyAndHead);
            if matches!(self, Self::ResetAndAskAgain | Self::ResetAndBeginAgain) {
                for (_, mut stream) in open.drain(..) {
                    stream.send_reset(Reason::CANCEL);
                }
            }
            if matches!(self, Self::BodyAndHead) {
                // Given up by the server when the time of the request is over.
                open.retain_mut(|(answer, _)| futures::FutureExt::now_or_never(answer).is_none());
            }
            if open.is_empty() || matches!(self, Self::AskForMore) {
                let sent = if begin_body {
                    ask(&mut client, Method::POST, "/body", false).await
                } else {
                    ask(&mut client, Method::GET, "/page", true).await
                };
                open.extend(sent);
            }
            if matches!(self, Self::AnswerAndHead | Self::BodyAndHead) {
                let _ = head(&mut client).await;
            }
            *rounds += 1;
            sleep(every).await;
        }
    }
}

async fn ask(client: &mut SendRequest<Bytes>, method: Method, path: &str, whole: bool) -> Option<Sent> {
    let request = Request::builder().method(method).uri(format!("http://t{path}")).body(()).unwrap();
    let mut ready = client.clone().ready().await.ok()?;
    ready.send_request(request, whole).ok()
}

async fn head(client: &mut SendRequest<Bytes>) -> Option<()> {
    let (answer, _) = ask(client, Method::HEAD, "/", true).await?;
    answer.await.ok().map(drop)
}

#[tokio::test]
async fn bodies_that_are_not_handed_over_whole_share_one_allowance_of_time() {
    let limits = Limits {
        answer_timeout: Duration::from_millis(400),
        request_timeout: Some(Duration::from_millis(300)),
        ..Limits::default()
    };
    let server = serve(limits).await;
    for attack in ATTACKS {
        let stream = server.connect().await;
        let rounds = soon("the connection ends", attack.run(stream, Duration::from_millis(50), None)).await;
        // More would end it by their number.
        assert!((1..150).contains(&rounds), "{attack:?}: {rounds}");
    }
}

#[tokio::test]
async fn answers_reset_before_they_are_taken_whole_count_as_taken_back() {
    let server = serve(Limits::default()).await;
    let mut settings = Builder::new();
    settings.initial_window_size(0);
    let (client, connection) = settings.handshake::<_, Bytes>(server.connect().await).await.unwrap();
    let mut client = client;
    let take_back = async {
        loop {
            let Some((answer, mut stream)) = ask(&mut client, Method::GET, "/page", true).await else { break };
            // The headers arrived; the body never will.
            let Ok(answer) = answer.await else { break };
            stream.send_reset(Reason::CANCEL);
            drop(answer);
            // A complete answer to another request, without a body, does not reduce the sum.
            if head(&mut client).await.is_none() {
                break;
            }
        }
    };
    soon("the connection ends", async { tokio::join!(connection, take_back) }).await.0.ok();
}

#[tokio::test]
async fn health_answers_while_clients_that_never_pay_hold_every_place() {
    futures::future::join_all(ATTACKS.map(health_answers_under)).await;
}

async fn health_answers_under(attack: Attack) {
    const PLACES: usize = 4;
    let server = serve(Limits { max_connections: PLACES, ..Limits::default() }).await;
    let to = server.addresses[0];
    let (serves, mut served) = mpsc::unbounded_channel();
    let mut attackers = JoinSet::new();
    for number in 0..PLACES * 2 {
        let from = u8::try_from(10 + number).unwrap();
        let serves = serves.clone();
        attackers.spawn(async move {
            // A closed client connects again.
            loop {
                let stream = connect_from(from, to).await;
                attack.run(stream, Duration::from_millis(200), Some(&serves)).await;
            }
        });
    }
    for _ in 0..PLACES {
        soon("an attacker has a place", served.recv()).await.unwrap();
    }
    for _ in 0..3 {
        let answer = soon(&format!("health is answered under {attack:?}"), health(to)).await;
        assert!(answer.contains("200 OK"), "{attack:?}: {answer:?}");
    }
}

/// The answer to a health check. On a machine that stands still for a moment, the server may take the check's connection for an
/// idle one and close it for another before it has read the request; then a client asks again (RFC 9112 section 9.3.1).
async fn health(to: SocketAddr) -> String {
    loop {
        let answer = support::get(&mut connect_from(9, to).await, "/", "done.").await;
        if !answer.is_empty() {
            return answer;
        }
    }
}

#[tokio::test]
async fn an_answer_at_a_normal_pace_keeps_its_place() {
    let server = serve(Limits { max_connections: 2, ..Limits::default() }).await;
    let to = server.addresses[0];
    let mut client = h2_client(&server, &Builder::new()).await;
    let (answer, _) = ask(&mut client, Method::GET, "/large", true).await.unwrap();
    let mut body = soon("a head", answer).await.unwrap().into_body();
    let download = async {
        let mut taken = 0;
        while let Some(data) = body.data().await {
            let data = data.expect("the connection stays open");
            taken += data.len();
            sleep(Duration::from_millis(20)).await;
            body.flow_control().release_capacity(data.len()).unwrap();
        }
        taken
    };
    let others = async {
        for _ in 0..3 {
            // Each replaces the one before, which waits for an answer to be read.
            let stream = connect_from(8, to).await;
            let (serves, mut served) = mpsc::unbounded_channel();
            let attack = Attack::ResetAndAskAgain.run(stream, Duration::from_millis(200), Some(&serves));
            let health = async {
                served.recv().await.unwrap();
                assert!(health(to).await.contains("200 OK"));
            };
            tokio::join!(attack, health);
        }
    };
    let (taken, ()) = soon("all of it", async { tokio::join!(download, others) }).await;
    assert_eq!(taken, LARGE);
}

#[tokio::test]
async fn many_answers_at_once_share_no_debt_when_all_are_taken() {
    let server = serve(Limits { answer_timeout: Duration::from_secs(20), ..Limits::default() }).await;
    let mut client = h2_client(&server, &Builder::new()).await;
    for _ in 0..3 {
        let mut answers = Vec::new();
        for _ in 0..90 {
            answers.push(ask(&mut client, Method::GET, "/page", true).await.unwrap());
        }
        let take = async |(answer, _): Sent| {
            let mut body = answer.await.unwrap().into_body();
            let mut taken = 0;
            while let Some(data) = body.data().await {
                let data = data.unwrap();
                taken += data.len();
                sleep(Duration::from_millis(10)).await;
                body.flow_control().release_capacity(data.len()).unwrap();
            }
            assert_eq!(taken, 20_000);
        };
        soon("all answers", futures::future::join_all(answers.into_iter().map(take))).await;
    }
}
