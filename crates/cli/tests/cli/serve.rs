//! `jeton serve`

use super::support::{Request, Running, client, configuration, folder, free_port, jeton, run, text};

const SECRET: &str = "a secret that nobody may log";

#[test]
fn a_stop_is_graceful() {
    let (folder, port) = folder(&client("app", SECRET));
    let mut running = Running::serve(folder.path(), port);
    assert_eq!(running.token("app", SECRET, "api1").status, 200);
    assert_eq!(running.stop().code(), Some(0));
    assert!(!folder.path().join("jeton-data/jeton.sock").exists());
}

#[test]
fn a_second_process_on_the_same_folder_says_so() {
    let (folder, port) = folder("");
    let _running = Running::serve(folder.path(), port);
    std::fs::write(folder.path().join("two.toml"), configuration(free_port(), "")).unwrap();
    let second = run(folder.path(), &["serve", "--config", "two.toml"]);
    assert_eq!(second.status.code(), Some(1));
    let lines = text(&second.stderr);
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(lines.contains("in use by another process"), "{lines}");
}

#[test]
fn a_taken_address_says_so() {
    let (folder, port) = folder("");
    let _taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let output = run(folder.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains(&format!("cannot listen on 127.0.0.1:{port}")), "{}", text(&output.stderr));
}

#[test]
fn a_signal_applies_the_configuration_and_a_wrong_one_changes_nothing() {
    let (folder, port) = folder(&client("app", SECRET));
    let mut running = Running::serve(folder.path(), port);
    let later = "another secret of some length";
    assert_ne!(running.token("later", later, "api1").status, 200);

    let rest = client("app", SECRET) + &client("later", later);
    std::fs::write(folder.path().join("jeton.toml"), configuration(port, &rest)).unwrap();
    running.signal("HUP");
    running.wait_for("configuration applied");
    assert_eq!(running.token("later", later, "api1").status, 200);

    std::fs::write(folder.path().join("jeton.toml"), configuration(port, "[htpt]\nx = 1\n[[client]]\nid = 1")).unwrap();
    running.signal("HUP");
    let line = running.wait_for("not applied");
    assert!(line.contains("htpt") && line.contains("client[0].id"), "{line}");
    assert_eq!(running.token("later", later, "api1").status, 200);
    assert_eq!(running.stop().code(), Some(0));
}

/// Every key is applied or named: `every_key_is_applied_at_a_signal_or_named` goes through the schema.
#[test]
fn a_signal_applies_what_it_can_and_names_the_rest() {
    let rest = |iam: &str, http: &str| {
        let user = "[[user]]\nusername = \"root\"\npassword = \"a password of some length\"\nroles = [\"admin\"]\n";
        let client = "[[client]]\nclient_id = \"web\"\nclient_secret = \"a secret of some length\"\n\
                      grant_types = [\"password\"]\nscope = \"openid\"\n\
                      token_endpoint_auth_method = \"client_secret_post\"\n";
        format!("{http}[iam]\n{iam}[tokens]\naccess_token_format = \"opaque\"\n{client}{user}")
    };
    let (folder, port) = folder(&rest("", "max_body = 65536\n"));
    let mut running = Running::serve(folder.path(), port);
    let form = "grant_type=password&client_id=web&client_secret=a+secret+of+some+length&username=root&\
                password=a+password+of+some+length&scope=openid";
    let form = Request::post("/token", form).header("content-type", "application/x-www-form-urlencoded");
    let bearer = format!("Bearer {}", running.http(&form).json()["access_token"].as_str().unwrap());
    let list = |running: &Running| {
        running.http(&Request::get("/iam/api/access-tokens").header("authorization", &bearer)).status
    };
    assert_eq!(list(&running), 403);
    std::fs::write(
        folder.path().join("jeton.toml"),
        configuration(port, &rest("accept_admin_role = true\n", "max_body = 32768\nrequest_timeout = \"30s\"\n")),
    )
    .unwrap();
    running.signal("HUP");
    running.wait_for("configuration applied");
    assert_eq!(list(&running), 200, "the role suffices now");
    let named: Vec<_> = running.log().iter().filter(|line| line.contains("takes effect at the next start")).collect();
    assert!(named.len() == 1 && named[0].contains("`http.max_body`"), "{named:?}");

    std::fs::write(folder.path().join("jeton.toml"), configuration(port, &rest("", "max_body = 65536\n"))).unwrap();
    running.signal("HUP");
    running.wait_for("configuration applied");
    assert_eq!(list(&running), 403, "and no more");
}

#[test]
fn the_environment_overrides_the_file_and_an_unknown_variable_is_an_error() {
    let (folder, _) = folder("");
    let output = jeton(folder.path()).arg("serve").env("JETON_HTTP__LISTNE", "127.0.0.1:1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("JETON_HTTP__LISTEN`?"), "{}", text(&output.stderr));
    let output = jeton(folder.path()).arg("serve").env("JETON_HTTP__LISTEN", "192.0.2.1:1").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot listen on 192.0.2.1:1"), "{}", text(&output.stderr));
}

#[test]
fn health_and_metrics_tell_what_they_should() {
    let listen = free_port();
    let (folder, port) = folder(&format!("[metrics]\nlisten = \"127.0.0.1:{listen}\"\n{}", client("app", SECRET)));
    let running = Running::serve(folder.path(), port);
    assert_eq!(running.http(&Request::get("/health/live")).status, 200);
    assert_eq!(running.http(&Request::get("/health/ready")).status, 200);
    assert_eq!(running.token("app", SECRET, "api1").status, 200);
    assert_ne!(running.token("app", "wrong", "api1").status, 200);
    assert_eq!(running.http(&Request::get("/metrics")).status, 404, "not on the main listener");

    let metrics = Request::get("/metrics").by_tcp(listen).body;
    for line in [
        "jeton_requests_total{route=\"/token\",status=\"200\"} 1",
        "jeton_requests_total{route=\"/token\",status=\"401\"} 1",
        "jeton_requests_total{route=\"/health/ready\",status=\"200\"} 1",
        "jeton_requests_total{route=\"none\",status=\"404\"} 1",
        "jeton_refusals_total{id=\"secret_basic_invalid\"} 1",
        "jeton_store_up 1",
        "jeton_index_tokens 1",
        "jeton_store_errors_total 0",
        "jeton_swept_rows_total 0",
        "jeton_logout_notices_pending 0",
        "jeton_logout_notices_failed_total 0",
        "jeton_logout_notices_given_up_total 0",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    for name in [
        "jeton_uptime_seconds ",
        "jeton_revocation_lag_seconds ",
        "jeton_signatures_total ",
        "jeton_signatures_seconds_total ",
        "jeton_signing_waits_seconds_total ",
        "jeton_commits_total ",
        "jeton_commits_seconds_total ",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
}

#[test]
fn neither_secrets_nor_tokens_are_logged() {
    let (folder, port) = folder(&client("app", SECRET));
    let mut running = Running::start(folder.path(), &["serve", "--log-format", "json"], port);
    let answer = running.token("app", SECRET, "api1");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    running.token("app", &format!("{SECRET} but wrong"), "api1");
    running.signal("HUP");
    running.wait_for("configuration applied");
    running.stop();
    let log = running.log().join("\n");
    assert!(!log.contains(SECRET) && !log.contains(&token), "{log}");
}

#[test]
fn the_description_names_every_face() {
    let (folder, port) = folder("");
    let running = Running::serve(folder.path(), port);
    let document = running.http(&Request::get("/openapi.json")).json();
    assert_eq!(document["openapi"], "3.1.0");
    for path in ["/token", "/introspect", "/admin/v1/tokens", "/health/ready"] {
        assert!(document["paths"][path].is_object(), "{path}");
    }
}

#[test]
fn the_limit_on_open_files_is_raised_and_health_answers_when_it_is_reached() {
    let (folder, port) = folder("");
    // A soft limit that is too low, and a hard one below the number of connections that arrive.
    let limited = format!("ulimit -S -n 40; ulimit -H -n 120; exec {} serve", env!("CARGO_BIN_EXE_jeton"));
    let mut running =
        Running::command(std::process::Command::new("sh").args(["-c", &limited]).current_dir(folder.path()), port);
    running.wait_for("listening on http");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", running.process())).unwrap();
    let open_files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(open_files.split_whitespace().nth(3), Some("120"), "{open_files}");
    let held: Vec<_> = (0..300).map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
    assert_eq!(running.http(&Request::get("/health/ready")).status, 200);
    drop(held);
}
