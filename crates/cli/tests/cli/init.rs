//! `jeton init`

use super::support::{Running, free_port, jeton, json, run, text};

#[test]
fn it_never_overwrites() {
    let folder = tempfile::tempdir().unwrap();
    let first = run(folder.path(), &["init"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    let written = std::fs::read(folder.path().join("jeton.toml")).unwrap();
    let second = run(folder.path(), &["init"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("jeton.toml exists"), "{}", text(&second.stderr));
    assert_eq!(std::fs::read(folder.path().join("jeton.toml")).unwrap(), written);
    assert_eq!(run(folder.path(), &["check"]).status.code(), Some(0));
}

#[test]
fn its_credential_administers_the_server() {
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let made = json(&run(folder.path(), &["init", "--json"]));
    let (id, secret) =
        (made["client"]["client_id"].as_str().unwrap(), made["client"]["client_secret"].as_str().unwrap());
    assert!(made["admin"]["password"].as_str().unwrap().len() >= 24);

    let config = std::fs::read_to_string(folder.path().join("jeton.toml")).unwrap();
    std::fs::write(folder.path().join("jeton.toml"), config.replace(":8080", &format!(":{port}"))).unwrap();
    let running = Running::serve(folder.path(), port);
    let token = running.token(id, secret, "jeton:admin").json()["access_token"].as_str().unwrap().to_owned();
    let url = format!("http://127.0.0.1:{port}");
    let output = jeton(folder.path())
        .args(["client", "list", "--json", "--url", &url])
        .env("JETON_TOKEN", token)
        .output()
        .unwrap();
    assert_eq!(json(&output)["items"][0]["client_id"], "jeton-admin");
}

#[test]
fn what_cannot_be_prepared_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let output =
        jeton(folder.path()).arg("init").env("JETON_STORE__URL", "sqlite:no/such/folder/x.db").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("store.url"), "{}", text(&output.stderr));
    assert!(!folder.path().join("jeton.toml").exists());
}
