//! SIGHUP: the configuration and the certificates are read again; no connection is dropped.
//!
//! Which key is applied, and which one needs a start and is named instead, is decided for every key of the schema by its
//! [`Effect`].

use std::sync::Arc;

use jeton_core::Jeton;
use jeton_server::config::{Config, Effect};
use tokio::signal::unix::Signal;

use super::super::live::Live;
use super::super::supervisor;
use super::super::{Certificates, Declared, Source, robot_settings};
use crate::exit::{Done, Failure};

/// What is read again.
pub(in crate::serve) struct Reload {
    /// The source of the configuration.
    pub(in crate::serve) source: Source,
    /// What the server was started with.
    pub(in crate::serve) started_with: Config,
    /// The listeners' certificates.
    pub(in crate::serve) certificates: Certificates,
    /// What the faces read.
    pub(in crate::serve) live: Live,
}

impl Reload {
    /// Handles SIGHUP until the process ends.
    pub(super) async fn run(self, jeton: Arc<Jeton>, mut hangup: Signal) {
        while hangup.recv().await.is_some() {
            supervisor::reloading();
            let outcome = self.once(&jeton).await;
            supervisor::ready();
            match outcome {
                Ok(()) => tracing::info!("configuration applied"),
                // One line, however many problems.
                Err(failure) => tracing::error!(
                    "the new configuration is not applied, the old one stays: {}",
                    failure.lines().join("; ")
                ),
            }
        }
    }

    async fn once(&self, jeton: &Arc<Jeton>) -> Done {
        let (source, certificates) = (self.source.clone(), self.certificates.clone());
        let read = tokio::task::spawn_blocking(move || -> Done<_> {
            let config = source.read()?;
            let declared = Declared::read(&config)?;
            let robots = robot_settings(&config)?;
            certificates.reload()?;
            Ok((config, declared, robots))
        });
        let (config, declared, robots) = read.await.map_err(Failure::failed)??;
        declared.apply(jeton).await?;
        for service in self.live.set(&config) {
            tracing::warn!(
                service = service.get(),
                "the [[service]] was removed from the configuration and is served at its address no more; its records and \
                 tokens stay: `jeton service disable {service}` ends their use"
            );
        }
        jeton.robots.configure(robots);
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        for key in needs_restart(&self.started_with, &config) {
            tracing::warn!("`{key}` changed: it takes effect at the next start");
        }
        Ok(())
    }
}

/// The keys that have another value than at the start, and go on as they were.
fn needs_restart<'a>(started_with: &'a Config, now: &'a Config) -> impl Iterator<Item = &'static str> + 'a {
    let changed = started_with.changed(now).filter(|key| key.effect == Effect::Restart);
    // A secret is identified by its key, in the file or in a separate one.
    changed.map(|key| key.path.as_str())
}

#[cfg(test)]
mod tests {
    use jeton_core::backend::access::ConfiguredCredentials;
    use jeton_server::config::{Config, Effect, KEYS, KeyDoc};

    use super::super::super::live;
    use super::needs_restart;
    use crate::serve::{Declared, robot_settings};

    /// Content of every file here, so that each table of a list has its required keys.
    const TABLES: [(&str, &str); 9] = [
        (
            "client[]",
            "client_id = \"app\"\nclient_secret = \"a secret of some length\"\ngrant_types = [\"client_credentials\"]\n",
        ),
        ("user[]", "username = \"alice\"\npassword = \"a password of some length\"\n"),
        ("group[]", "path = \"/a\"\n"),
        ("exchange[]", "name = \"rule\"\n"),
        (
            "trusted_issuer[]",
            "issuer = \"https://other.example\"\njwks_uri = \"https://other.example/jwks\"\nscope = \"api\"\n",
        ),
        ("service[]", "id = 7\nissuer = \"https://seven.example\"\n"),
        ("vector.app_keys[]", "key = \"k\"\n"),
        (
            "vector.aws",
            "sts = \"https://sts.example\"\naccess_key_id = \"k\"\nsecret_access_key = \"s\"\nlogfiles = \"s3://logs\"\n",
        ),
        ("", ""),
    ];

    /// Keys whose value only decides whether a file is accepted.
    const ONLY_CHECKED: [&str; 2] = ["allow_http_issuer", "api_tokens.allow_weak_secret"];

    fn file(table: &str, lines: &str) -> Config {
        let needed = TABLES.iter().find(|(name, _)| *name == table).map_or("", |(_, needed)| needed);
        // A line for a key that the table needs anyway takes its place.
        let names: Vec<_> = lines.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
        let kept = |line: &&str| !names.iter().any(|name| line.starts_with(&format!("{name} = ")));
        let needed: String = needed.lines().filter(kept).flat_map(|line| [line, "\n"]).collect();
        let head = match table.strip_suffix("[]") {
            None if table.is_empty() => String::new(),
            None => format!("[{table}]\n"),
            Some(list) => format!("[[{list}]]\n"),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jeton.toml");
        // Each file is in a separate folder: that is no difference.
        let data_dir = if lines.starts_with("data_dir") { "" } else { "data_dir = \"/data\"\n" };
        std::fs::write(&path, format!("{data_dir}{head}{needed}{lines}")).unwrap();
        Config::load(Some(&path), std::iter::empty()).unwrap_or_else(|e| panic!("{table} {lines}: {e}"))
    }

    /// Two values for a key, as lines of its table.
    fn values(key: &KeyDoc, name: &str) -> [String; 2] {
        let line = |value: &str| format!("{name} = {value}\n");
        let special = match &*key.path {
            "issuer" => Some(["\"https://a.example\"", "\"https://b.example\""]),
            "tokens.signing_alg" | "tokens.id_token_signing_alg" | "client[].id_token_signed_response_alg" => {
                Some(["\"ES256\"", "\"PS256\""])
            }
            "tokens.audience" | "client[].audience" | "tokens.default_audience" | "client[].default_audience" => {
                Some(["\"https://a.example\"", "\"https://b.example\""])
            }
            "user[].password_hash" => return password_hashes(),
            "client[].resources" => Some(["[\"https://a.example\"]", "[\"https://b.example\"]"]),
            "user[].groups" => Some(["[\"/a\"]", "[\"/b\"]"]),
            "vector.aws.logfiles" => Some(["\"s3://a\"", "\"s3://b\""]),
            "vector.app_keys[].scopes" => Some(["[\"user\"]", "[\"admin\"]"]),
            "group[].path" => Some(["\"/a\"", "\"/b\""]),
            "client[].token_endpoint_auth_method" => Some(["\"client_secret_basic\"", "\"client_secret_post\""]),
            "client[].grant_types" => Some(["[\"client_credentials\"]", "[\"password\"]"]),
            "registration.grant_types" => Some(["[\"client_credentials\"]", "[\"implicit\"]"]),
            "client[].response_types" => Some(["[\"code\"]", "[\"code\", \"id_token\"]"]),
            _ => None,
        };
        if let Some([a, b]) = special {
            return [line(a), line(b)];
        }
        let quoted: Vec<_> = key.kind.split(", ").map(|word| word.trim_matches('`')).collect();
        match &*key.kind {
            "boolean" => [line("true"), line("false")],
            "number" => [line("3"), line("4")],
            "duration" => [line("\"61m\""), line("\"62m\"")],
            "address:port" | "address:port, or list of them" => [line("\"127.0.0.1:1\""), line("\"127.0.0.1:2\"")],
            "list of address:ports" => [line("[\"127.0.0.1:1\"]"), line("[\"127.0.0.1:2\"]")],
            "list of networks" => [line("[\"10.0.0.0/8\"]"), line("[\"10.1.0.0/16\"]")],
            "table" => [line("{ a = 1 }"), line("{ a = 2 }")],
            kind if kind.starts_with("list of ") => [line("[\"a\"]"), line("[\"b\"]")],
            kind if kind.starts_with("`\"") => [line(quoted[0]), line(quoted[1])],
            "path" => [line("\"/tmp/a\""), line("\"/tmp/b\"")],
            _ => [line("\"https://a.example\""), line("\"https://b.example\"")],
        }
    }

    fn password_hashes() -> [String; 2] {
        ["aGFzaA", "aGFzaB"].map(|hash| format!("password_hash = \"$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ${hash}\"\n"))
    }

    /// Whether what a running server takes over differs.
    fn applied(config: &Config) -> Result<(String, ConfiguredCredentials), String> {
        let declared = Declared::read(config).map_err(|failure| failure.lines().join("; "))?;
        let credentials = ConfiguredCredentials::default();
        live::set_credentials(&credentials, config);
        let robots = robot_settings(config).map_err(|failure| failure.lines().join("; "))?;
        let keys: Vec<_> = robots.app_keys.iter().map(|key| (key.key.expose(), key.scopes.names())).collect();
        let sessions: Vec<_> = robots.session_tokens.iter().map(jeton_core::Secret::expose).collect();
        let aws = config.vector.aws.secret_access_key.as_ref().map(jeton_core::Secret::expose);
        let shown =
            format!("{} {:?} {robots:?} {keys:?} {sessions:?} {aws:?}", declared.to_compare(), live::iam(config));
        Ok((shown, credentials))
    }

    #[test]
    fn every_key_is_applied_at_a_signal_or_named() {
        let mut wrong = Vec::new();
        for key in KEYS.iter().filter(|key| !key.path.ends_with("_file")) {
            let (table, name) = match key.path.rsplit_once("[].") {
                Some((list, name)) => (format!("{list}[]"), name),
                None => key.path.rsplit_once('.').map_or((String::new(), &*key.path), |(t, name)| (t.to_owned(), name)),
            };
            let [a, b] = values(key, name).map(|lines| file(&table, &lines));
            let named: Vec<_> = needs_restart(&a, &b).collect();
            let expected: &[&str] = if key.effect == Effect::Restart { &[&key.path] } else { &[] };
            if named != expected {
                wrong.push(format!("{}: named {named:?}", key.path));
            }
            if key.effect == Effect::Reload && !ONLY_CHECKED.contains(&&*key.path) {
                match (applied(&a), applied(&b)) {
                    (Ok(a), Ok(b)) if a != b => {}
                    (Ok(_), Ok(_)) => wrong.push(format!("{}: neither applied nor named", key.path)),
                    // Values that this version refuses are not applied, and the log says so.
                    (Err(refused), _) | (_, Err(refused)) => {
                        assert!(refused.contains(name.split('.').next().unwrap()), "{}: {refused}", key.path);
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_key_that_says_the_same_in_other_words_has_not_changed() {
        let same = [
            ("http", "request_timeout = \"30s\"\n", "request_timeout = 30\n"),
            ("http", "max_body = 65536\n", ""),
            ("store", "url = \"sqlite:jeton.db\"\n", ""),
            ("sms", "template = \"Your confirmation code is {code}\"\n", ""),
        ];
        for (table, a, b) in same {
            assert_eq!(needs_restart(&file(table, a), &file(table, b)).next(), None, "{a} {b}");
        }
    }
}
