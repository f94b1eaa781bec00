//! The whole load run, on a small model of a token service.

mod service;

use clap::Parser as _;
use jeton_bench::{Args, Report, exit_code, run};
use service::Service;

#[derive(clap::Parser)]
// A test adds its own options after the usual ones.
#[command(args_override_self = true)]
struct Command {
    #[command(flatten)]
    args: Args,
}

/// Runs `bench` with these arguments and the service's address and client.
fn bench(service: &Service, more: &[&str]) -> anyhow::Result<Report> {
    let secret = service.file("secret", service::SECRET);
    let start = ["bench", "--url", &service.url, "--client-id", "a:b", "--client-secret-file", &secret];
    let few = ["--conns", "8", "--rounds", "1", "--secs", "1", "--live", "100"];
    run(Command::parse_from([&start[..], &few[..], more].concat()).args)
}

#[test]
fn every_operation_is_measured_without_an_error() {
    let service = Service::start(0);
    let password = service.file("password", service::PASSWORD);
    let list_token = service.file("list", service::LIST_TOKEN);
    let out = service.path("out");
    let list_url = format!("{}/list", service.url);
    let (backend_url, backend_token) =
        (format!("{}/api/1/", service.url), service.file("backend", service::BACKEND_TOKEN));
    let me = std::process::id().to_string();
    let report = bench(
        &service,
        &[
            &[
                "--ops",
                "issue,introspect,revoke,refresh,list,backend-create,backend-introspect",
                "--rounds",
                "2",
                "--bare-url",
                &service.bare,
                "--scope",
                "read",
            ][..],
            &["--username", "alice", "--password-file", &password, "--pid", &me, "--out", &out][..],
            &["--list-url", &list_url, "--list-token-file", &list_token][..],
            &["--backend-url", &backend_url, "--backend-token-file", &backend_token][..],
        ]
        .concat(),
    )
    .unwrap();
    assert_eq!(report.errors(), 0);
    let Report::Load(load) = &report else { panic!("{report:?}") };
    let ops: Vec<_> = load.rows.iter().map(|row| row.op.name()).collect();
    assert_eq!(ops, ["issue", "introspect", "revoke", "refresh", "list", "backend-create", "backend-introspect"]);
    for row in &load.rows {
        let bare = row.bare.as_ref().unwrap();
        assert!(row.requests_per_second.min > 0.0 && bare.requests_per_second > 0.0, "{row:?}");
        assert!(row.requests_per_second.min <= row.requests_per_second.median, "{row:?}");
        assert!(row.p50_ms <= row.p90_ms && row.p90_ms <= row.p99_ms && row.p99_ms <= row.max_ms, "{row:?}");
        assert!(row.server_cpu_us.unwrap() > 0.0 && row.memory_mib.unwrap() > 0.0, "{row:?}");
        assert_eq!(bare.errors, 0);
    }
    let lines = std::fs::read_to_string(&out).unwrap();
    let runs: Vec<serde_json::Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(runs.len(), 14);
    assert!(runs.iter().all(|run| run["target"] == service.url.as_str() && run["errors"] == 0));
    let text = report.to_string();
    assert_eq!(text.lines().count(), 8);
    assert!(text.starts_with("op "));
    let document: serde_json::Value = serde_json::from_str(&report.json().unwrap()).unwrap();
    assert_eq!(document["rows"][0]["op"], "issue");
}

#[test]
fn a_refresh_file_can_be_used_again_and_again() {
    let service = Service::start(0);
    let tokens = service.refresh_tokens(20);
    let file = service.file("refresh", &tokens);
    for _ in 0..2 {
        let report = bench(&service, &["--ops", "refresh", "--no-bare", "--refresh-file", &file]).unwrap();
        assert_eq!(report.errors(), 0);
    }
    let now = std::fs::read_to_string(&file).unwrap();
    assert_eq!(now.lines().count(), 20);
    assert!(now.lines().all(|token| !tokens.contains(token)));
}

#[test]
fn refusals_of_the_server_are_counted() {
    let service = Service::start(10);
    let report = bench(&service, &["--ops", "issue", "--no-bare", "--json"]).unwrap();
    let Report::Load(load) = &report else { panic!("{report:?}") };
    let row = &load.rows[0];
    // Requests before the measured part are refused as well, and are not counted.
    let refused = service.refused();
    assert!(row.errors > 0 && row.errors <= refused, "{} of {refused}", row.errors);
    assert!(row.bare.is_none() && row.server_cpu_us.is_none());
}

#[test]
fn another_machine_is_refused_wherever_it_is_named() {
    let service = Service::start(0);
    for option in ["--url", "--token-url", "--introspect-url", "--list-url", "--bare-url"] {
        let ops = ["--ops", "issue,introspect,list"];
        let error = bench(&service, &[&ops[..], &[option, "http://192.0.2.1:8080/x"]].concat()).unwrap_err();
        assert_eq!(exit_code(&error), 2, "{option}: {error:#}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let service = Service::start(0);
    let error = run(Command::parse_from(["bench", "--url", &service.url]).args).unwrap_err();
    assert_eq!((exit_code(&error), error.to_string().contains("--client-id")), (2, true));
    let error = bench(&service, &["--ops", "refresh", "--no-bare"]).unwrap_err();
    assert_eq!(exit_code(&error), 1, "{error:#}");
    let error = bench(&service, &["--pid", "4294967295"]).unwrap_err();
    assert_eq!(exit_code(&error), 2, "{error:#}");
}

#[test]
fn a_wrong_secret_stops_before_the_load() {
    let service = Service::start(0);
    let wrong = service.file("wrong", "nope");
    let args = ["bench", "--url", &service.url, "--client-id", "a:b", "--client-secret-file", &wrong, "--no-bare"];
    let error = run(Command::parse_from(args).args).unwrap_err();
    assert!(error.to_string().contains("status 401"), "{error:#}");
    assert_eq!(exit_code(&error), 1);
}

#[test]
fn the_modes_parse_beside_the_load_arguments() {
    let bare = Command::parse_from(["bench", "bare", "--listen", "127.0.0.1:0", "--token", "10"]);
    assert!(matches!(bare.args.mode, Some(jeton_bench::Mode::Bare(_))));
    let pg = Command::parse_from(["bench", "pg", "--store-url", "postgres://192.0.2.1/x", "--json"]).args;
    assert!(pg.json());
    assert_eq!(exit_code(&run(pg).unwrap_err()), 2);
    assert!(Command::try_parse_from(["bench", "--client-secret", "x"]).is_err());
}
