//! Confirmation codes by each of the three senders, against servers of this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use super::support::{HttpAnswer, Request, Running, folder, run, text};

const NUMBER: &str = "+14255550100";
const SECRET: &str = "a secret that nobody may log";

/// A client that may send passwords.
fn app() -> String {
    format!(
        "[[client]]\nclient_id = \"app\"\nclient_secret = \"{SECRET}\"\ngrant_types = [\"password\"]\n\
         token_endpoint_auth_method = \"client_secret_post\"\nscope = \"api1\"\ndefault_scope = \"api1\"\n"
    )
}

fn ask(running: &Running, number: &str) -> HttpAnswer {
    let body = format!("{{\"phone_number\":\"{number}\"}}");
    running.http(&Request::post("/code", &body).header("content-type", "application/json"))
}

fn redeem(running: &Running, code: &str) -> HttpAnswer {
    let secret = SECRET.replace(' ', "+");
    let number = NUMBER.replace('+', "%2B");
    let body = format!("grant_type=password&client_id=app&client_secret={secret}&username={number}&password={code}");
    running.http(&Request::post("/token", &body).header("content-type", "application/x-www-form-urlencoded"))
}

/// The six digits in a message.
fn code_in(message: &str) -> String {
    let word = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    message
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(word)
        .unwrap_or_else(|| panic!("no code: {message}"))
        .to_owned()
}

/// A provider that answers with this status and hands over what it was sent.
fn provider(status: u16) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") && stream.read_line(&mut request).unwrap() > 0 {}
            let length = request.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            request.push_str(&text(&body));
            // The request is stored first: whoever sees the answer finds it.
            if sender.send(request).is_err() {
                break;
            }
            let _ = write!(stream.get_mut(), "HTTP/1.1 {status} Done\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (port, requests)
}

fn has_nothing_secret(running: &mut Running, code: &str) {
    let log = running.log().join("\n");
    assert!(!log.contains(code) && !log.contains(NUMBER) && !log.contains("provider-password"), "{log}");
}

#[test]
fn a_file_takes_a_line_for_each_message_and_is_its_owners_alone() {
    let (folder, port) = folder(&format!("[sms]\nfile = \"sms.log\"\nsign_up = true\n{}", app()));
    let mut running = Running::serve(folder.path(), port);
    let asked = ask(&running, NUMBER);
    assert_eq!((asked.status, asked.body.as_str()), (200, ""), "{asked:?}");
    let file = folder.path().join("sms.log");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let written = std::fs::read_to_string(file).unwrap();
    assert!(
        written.starts_with(&format!("{NUMBER} Your confirmation code is ")) && written.lines().count() == 1,
        "{written}"
    );
    let code = code_in(&written);
    assert_eq!(redeem(&running, &code).status, 200);
    assert_eq!(redeem(&running, &code).status, 400);
    has_nothing_secret(&mut running, &code);
}

#[test]
fn a_provider_takes_a_form_with_basic_credentials() {
    let (provider, requests) = provider(201);
    let sms = format!(
        "[sms]\nurl = \"http://127.0.0.1:{provider}/Messages\"\nfrom = \"+14255550000\"\nusername = \"account\"\n\
         password = \"provider-password\"\ntemplate = \"{{code}} is your code & more\"\nsign_up = true\n"
    );
    let (folder, port) = folder(&(sms + &app()));
    let mut running = Running::serve(folder.path(), port);
    assert_eq!(ask(&running, NUMBER).status, 200);
    let request = requests.recv().unwrap();
    assert!(request.starts_with("POST /Messages HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Basic YWNjb3VudDpwcm92aWRlci1wYXNzd29yZA==\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    let body = request.rsplit("\r\n").next().unwrap();
    assert!(body.starts_with("To=%2B14255550100&From=%2B14255550000&Body="), "{body}");
    assert!(body.ends_with("+is+your+code+%26+more"), "{body}");
    let code = code_in(body.split_once("Body=").unwrap().1);
    assert_eq!(redeem(&running, &code).status, 200);
    has_nothing_secret(&mut running, &code);
}

#[test]
fn a_webhook_takes_a_json_document() {
    let (hook, requests) = provider(204);
    let sms = format!("[sms]\nwebhook = \"http://127.0.0.1:{hook}/hook\"\nsign_up = true\n");
    let (folder, port) = folder(&(sms + &app()));
    let running = Running::serve(folder.path(), port);
    assert_eq!(ask(&running, NUMBER).status, 200);
    let request = requests.recv().unwrap();
    assert!(request.contains("content-type: application/json\r\n") && !request.contains("authorization"), "{request}");
    let document: serde_json::Value = serde_json::from_str(request.rsplit("\r\n").next().unwrap()).unwrap();
    assert_eq!(document["to"], NUMBER);
    assert_eq!(document.as_object().unwrap().len(), 2, "{document}");
    assert_eq!(redeem(&running, &code_in(document["text"].as_str().unwrap())).status, 200);
}

#[test]
fn a_provider_that_fails_or_is_not_there_is_an_error_without_the_code() {
    let (refusing, requests) = provider(503);
    let nobody = super::support::free_port();
    for port_of_provider in [refusing, nobody] {
        let sms = format!("[sms]\nwebhook = \"http://127.0.0.1:{port_of_provider}/\"\nsign_up = true\n");
        let (folder, port) = folder(&(sms + &app()));
        let mut running = Running::serve(folder.path(), port);
        let asked = ask(&running, NUMBER);
        assert_eq!((asked.status, asked.json()["error"].as_str()), (500, Some("unhandled_exception")), "{asked:?}");
        if port_of_provider == refusing {
            let request = requests.try_recv().unwrap();
            let code = code_in(request.rsplit("\r\n").next().unwrap().split_once("text").unwrap().1);
            running.wait_for("request failed");
            has_nothing_secret(&mut running, &code);
        }
    }
}

#[test]
fn a_configuration_that_cannot_send_is_refused() {
    for (sms, key) in [
        ("url = \"https://sms.example/\"", "sms.from"),
        ("url = \"ftp://sms.example/\"\nfrom = \"x\"", "sms.url"),
        ("webhook = \"https://user:word@sms.example/\"", "sms.webhook"),
        ("file = \"x\"\ntemplate = \"hello\"", "sms.template"),
        ("file = \"x\"\nusername = \"a\"", "sms.password"),
        ("file = \"x\"\nper_number = 51", "sms.per_number"),
        ("file = \"x\"\ngap = 0", "sms.gap"),
        ("webhook = \"https://a.example/\"\nurl = \"https://b.example/\"\nfrom = \"x\"", "sms.webhook"),
    ] {
        let (folder, _) = folder(&format!("[sms]\n{sms}\n"));
        let output = run(folder.path(), &["check"]);
        assert_eq!(output.status.code(), Some(2), "{sms}");
        assert!(text(&output.stderr).contains(&format!("`{key}`")), "{sms}: {}", text(&output.stderr));
    }
}

#[test]
fn dev_writes_codes_beside_its_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let port = super::support::free_port();
    let listen = format!("127.0.0.1:{port}");
    let running = Running::start(folder.path(), &["dev", "--listen", &listen], port);
    assert_eq!(ask(&running, NUMBER).status, 200);
    let log: &Path = &folder.path().join("jeton-data/sms.log");
    assert!(std::fs::read_to_string(log).unwrap().starts_with(NUMBER));
}
