//! `jeton health`, and what a supervisor is told.

use std::os::unix::net::UnixDatagram;

use jeton_testkit::postgres::PostgresServer;

use super::support::{Running, folder, free_port, jeton, json, run, text};

/// The exit code is the health check of a container: 0 only for a server that serves, by its socket or by its URL.
#[test]
fn the_exit_code_says_whether_the_server_is_healthy() {
    let (folder, port) = folder("");
    let url = format!("http://127.0.0.1:{port}");
    let before = run(folder.path(), &["health"]);
    assert_eq!(before.status.code(), Some(1), "nothing runs yet");
    assert!(text(&before.stderr).contains("no server answers at"), "{}", text(&before.stderr));

    let mut running = Running::serve(folder.path(), port);
    for args in
        [&["health"][..], &["health", "--live"], &["health", "--url", &url], &["health", "--data", "jeton-data"]]
    {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    }
    let told = json(&run(folder.path(), &["health", "--json", "--url", &url]));
    assert_eq!((&told["ready"], &told["server"]), (&true.into(), &url.clone().into()));

    running.stop();
    let after = run(folder.path(), &["health", "--json", "--url", &url]);
    assert_eq!(after.status.code(), Some(1));
    assert!(after.stderr.is_empty(), "{}", text(&after.stderr));
    let told: serde_json::Value = serde_json::from_slice(&after.stdout).unwrap();
    assert_eq!(told["ready"], false);
    assert!(told["problem"].as_str().unwrap().contains("no server answers at"), "{told}");
}

/// A node whose store is away is alive and not ready: it must not be restarted, and gets no requests.
#[test]
fn a_node_whose_store_is_away_is_alive_and_not_ready() {
    let database = PostgresServer::start();
    let (folder, port) = folder(&format!("[store]\nurl = \"{}\"", database.database()));
    let _running = Running::serve(folder.path(), port);
    assert_eq!(run(folder.path(), &["health"]).status.code(), Some(0));
    database.kill();
    let output = run(folder.path(), &["health"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("the store does not answer"), "{}", text(&output.stderr));
    assert_eq!(run(folder.path(), &["health", "--live"]).status.code(), Some(0));
}

/// What answers on the port is another program: that is no healthy Jeton.
#[test]
fn another_server_is_not_taken_for_a_healthy_one() {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK");
    });
    let output = run(folder.path(), &["health", "--url", &format!("http://127.0.0.1:{port}")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("is it a Jeton server?"), "{}", text(&output.stderr));
}

/// With `Type=notify` systemd waits for these: ready after a start and after each reload, stopping before the end.
#[test]
fn a_supervisor_is_told_when_the_server_is_ready_reloads_and_stops() {
    let (folder, port) = folder("");
    let socket = folder.path().join("notify");
    let told = UnixDatagram::bind(&socket).unwrap();
    let next = || {
        let mut message = [0; 256];
        let length = told.recv(&mut message).unwrap();
        text(&message[..length]).lines().next().unwrap_or_default().to_owned()
    };
    let mut running = Running::command(jeton(folder.path()).arg("serve").env("NOTIFY_SOCKET", &socket), port);
    assert_eq!(next(), "READY=1");
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok(), "ready means that it listens");
    running.signal("HUP");
    assert_eq!([next(), next()], ["RELOADING=1", "READY=1"]);
    // A configuration that is refused leaves the server ready all the same.
    std::fs::write(folder.path().join("jeton.toml"), "nonsense").unwrap();
    running.signal("HUP");
    assert_eq!([next(), next()], ["RELOADING=1", "READY=1"]);
    running.signal("TERM");
    assert_eq!(next(), "STOPPING=1");
    running.wait_for("stopping");
}
