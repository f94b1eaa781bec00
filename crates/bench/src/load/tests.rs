//! Runs against servers that behave badly in one way each.

use std::{
    cell::Cell,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    rc::Rc,
    time::Duration,
};

use super::{Collect, Cycle, Fixed, Rotate, Tally, Workload, drive};
use crate::http::{Endpoint, Form, get};

/// A server whose every connection is given to `talk`, in a thread of its own.
fn server(talk: impl Fn(Talk) + Clone + Send + 'static) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = Endpoint::parse(&format!("http://{}/x", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let talk = talk.clone();
            std::thread::spawn(move || talk(Talk(BufReader::new(stream))));
        }
    });
    place
}

struct Talk(BufReader<TcpStream>);

impl Talk {
    /// The next request's body; `None` where the client is gone.
    fn hear(&mut self) -> Option<String> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(value) = line.strip_prefix("Content-Length: ") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).ok()?;
        String::from_utf8(body).ok()
    }

    fn say(&mut self, text: &str) {
        let _ = self.0.get_mut().write_all(text.as_bytes());
    }

    fn answer(&mut self, status: &str, more: &str, body: &str) {
        self.say(&format!("HTTP/1.1 {status}\r\n{more}Content-Length: {}\r\n\r\n{body}", body.len()));
    }
}

/// So many requests, and no more.
struct Times(Fixed, Cell<u32>);

impl Workload for Times {
    fn next(&self, into: &mut Vec<u8>) -> bool {
        let left = self.1.get();
        self.1.set(left.saturating_sub(1));
        left > 0 && self.0.next(into)
    }
}

fn run(place: &Endpoint, conns: usize, work: Rc<dyn Workload>) -> Tally {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default()).unwrap();
    runtime.block_on(drive(place, conns, Duration::from_secs(5), work)).unwrap()
}

fn gets(place: &Endpoint, times: u32) -> Rc<Times> {
    Rc::new(Times(Fixed(get(place, None)), Cell::new(times)))
}

#[test]
fn a_server_that_announces_the_end_costs_no_error() {
    let place = server(|mut talk| {
        for i in 0..3 {
            if talk.hear().is_none() {
                return;
            }
            talk.answer("200 OK", if i == 2 { "Connection: close\r\n" } else { "" }, "{}");
        }
    });
    let tally = run(&place, 4, gets(&place, 50));
    assert_eq!((tally.latency.len(), tally.errors()), (50, 0), "{:?}", tally.first_error);
}

#[test]
fn a_body_that_ends_with_the_connection_is_whole() {
    let place = server(|mut talk| {
        talk.hear();
        talk.say("HTTP/1.0 200 OK\r\n\r\n{\"access_token\":");
        talk.say("\"abc\"}");
    });
    let work = Rc::new(Collect::new(get(&place, None), "access_token", 6));
    let tally = run(&place, 2, work.clone());
    assert_eq!((tally.latency.len(), tally.errors()), (6, 0));
    assert_eq!(work.take(), ["abc"; 6]);
}

#[test]
fn a_connection_cut_off_is_an_error_and_the_run_goes_on() {
    let place = server(|mut talk| {
        talk.hear();
        talk.answer("200 OK", "", "{}");
        talk.hear();
        talk.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    let tally = run(&place, 1, gets(&place, 10));
    assert_eq!((tally.latency.len(), tally.failed, tally.refused), (5, 5, 0));
    assert!(tally.first_error.unwrap().contains("closed the connection"));
}

#[test]
fn refusals_are_counted_and_told() {
    let place = server(|mut talk| {
        for status in ["200 OK", "401 Unauthorized", "500 Oops"].into_iter().cycle() {
            if talk.hear().is_none() {
                return;
            }
            talk.answer(status, "", "{\"error\":\"x\"}\n");
        }
    });
    let tally = run(&place, 1, gets(&place, 9));
    assert_eq!((tally.latency.len(), tally.refused, tally.failed), (9, 6, 0));
    assert_eq!(tally.first_error.unwrap(), r#"status 401: {\"error\":\"x\"}\n"#);
}

#[test]
fn chunks_in_many_pieces_are_one_body() {
    let place = server(|mut talk| {
        while talk.hear().is_some() {
            let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                          a\r\n{\"access_t\r\n10\r\noken\" : \"chunky\"\r\n1\r\n}\r\n0\r\n\r\n";
            for piece in answer.as_bytes().chunks(7) {
                talk.say(std::str::from_utf8(piece).unwrap());
                std::thread::sleep(Duration::from_micros(200));
            }
        }
    });
    let work = Rc::new(Collect::new(get(&place, None), "access_token", 8));
    let tally = run(&place, 2, work.clone());
    assert_eq!((tally.latency.len(), tally.errors()), (8, 0), "{:?}", tally.first_error);
    assert_eq!(work.take(), ["chunky"; 8]);
}

#[test]
fn an_answer_larger_than_the_first_buffer_is_taken() {
    let place = server(|mut talk| {
        let body = "x".repeat(100_000);
        while talk.hear().is_some() {
            talk.answer("200 OK", "", &body);
        }
    });
    let tally = run(&place, 2, gets(&place, 20));
    assert_eq!((tally.latency.len(), tally.errors()), (20, 0), "{:?}", tally.first_error);
}

#[test]
fn silence_is_an_error() {
    let place = server(|mut talk| while talk.hear().is_some() {});
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default()).unwrap();
    let tally = runtime.block_on(drive(&place, 3, Duration::from_millis(50), gets(&place, 9))).unwrap();
    assert_eq!((tally.latency.len(), tally.failed), (0, 3));
}

#[test]
fn nobody_there_is_not_a_run() {
    let place = Endpoint::parse("http://127.0.0.1:1/").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build_local(Default::default()).unwrap();
    assert!(runtime.block_on(drive(&place, 1, Duration::from_secs(1), gets(&place, 1))).is_err());
}

#[test]
fn tokens_go_round_and_refresh_tokens_rotate() {
    let place = Endpoint::parse("http://127.0.0.1:1/").unwrap();
    let form = Form::new(&place, None, "t=".to_owned(), String::new());
    let sent = |work: &dyn Workload| {
        let mut request = Vec::new();
        work.next(&mut request).then(|| String::from_utf8(request).unwrap().rsplit_once("t=").unwrap().1.to_owned())
    };
    let cycle = Cycle::new(form.clone(), ["a".to_owned(), "b".to_owned()].into());
    assert_eq!([(); 3].map(|()| sent(&cycle).unwrap()), ["a", "b", "a"]);

    let rotate = Rotate::new(form, vec!["a".to_owned()]);
    assert_eq!(sent(&rotate).as_deref(), Some("a"));
    assert_eq!(sent(&rotate), None);
    rotate.answered(br#"{"refresh_token":"b+c"}"#);
    assert_eq!(rotate.lines(), "b+c\n");
    assert_eq!(sent(&rotate).as_deref(), Some("b%2Bc"));
}
