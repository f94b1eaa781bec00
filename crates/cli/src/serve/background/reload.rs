//! SIGHUP: the configuration and the certificates are read again; no connection is dropped.

use std::sync::Arc;

use jeton_core::Ledger;
use jeton_server::TlsReloader;
use jeton_server::config::{Config, SecretText, Sms};
use tokio::signal::unix::Signal;

use super::super::{Declared, Source, api_tokens};
use crate::exit::{Done, Failure};

/// What is read again.
pub(in crate::serve) struct Reload {
    /// Where the configuration comes from.
    pub(in crate::serve) source: Source,
    /// What the server was started with.
    pub(in crate::serve) started_with: Config,
    /// The main listener's certificates.
    pub(in crate::serve) tls: Option<Arc<TlsReloader>>,
}

impl Reload {
    /// Answers SIGHUP for ever.
    pub(super) async fn run(self, ledger: Arc<Ledger>, mut hangup: Signal) {
        while hangup.recv().await.is_some() {
            match self.once(&ledger).await {
                Ok(()) => tracing::info!("configuration applied"),
                // One line, however many problems.
                Err(failure) => tracing::error!(
                    "the new configuration is not applied, the old one stays: {}",
                    failure.lines().join("; ")
                ),
            }
        }
    }

    async fn once(&self, ledger: &Ledger) -> Done {
        let (source, tls) = (self.source.clone(), self.tls.clone());
        let read = tokio::task::spawn_blocking(move || -> Done<_> {
            let config = source.read()?;
            let declared = Declared::read(&config)?;
            if let Some(tls) = tls {
                tls.reload().map_err(Failure::failed)?;
            }
            Ok((config, declared))
        });
        let (config, declared) = read.await.map_err(Failure::failed)??;
        declared.apply(ledger).await?;
        for warning in config.warnings() {
            tracing::warn!("{warning}");
        }
        for key in self.needs_restart(&config) {
            tracing::warn!("`{key}` changed: it takes effect at the next start");
        }
        Ok(())
    }

    /// Keys whose change is noticed and cannot be applied to a running server.
    fn needs_restart(&self, new: &Config) -> Vec<&'static str> {
        let old = &self.started_with;
        let differs = [
            ("data_dir", old.data_dir != new.data_dir),
            ("http.listen", old.http.listen != new.http.listen),
            ("http.tls_cert", old.http.tls_cert != new.http.tls_cert),
            ("http.tls_key", old.http.tls_key != new.http.tls_key),
            ("store.url", old.store.url.expose() != new.store.url.expose()),
            ("store.revocation_bound", old.store.revocation_bound != new.store.revocation_bound),
            ("index.max_tokens", old.index.max_tokens != new.index.max_tokens),
            ("api_tokens", api_tokens::differs(&old.api_tokens, &new.api_tokens)),
            ("sms", sms_differs(&old.sms, &new.sms)),
            ("outbound", old.outbound != new.outbound),
            ("metrics.listen", old.metrics.listen != new.metrics.listen),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
    }
}

fn sms_differs(old: &Sms, new: &Sms) -> bool {
    let rest = |sms: &Sms| {
        let limits = (sms.sign_up, sms.gap, sms.per_number, sms.per_address, sms.per_day);
        (sms.file.clone(), sms.from.clone(), sms.username.clone(), sms.template.clone(), limits)
    };
    let secret = |secret: &Option<SecretText>| secret.as_ref().map(|text| text.expose().to_owned());
    let secrets = |sms: &Sms| [&sms.url, &sms.webhook, &sms.password].map(secret);
    rest(old) != rest(new) || secrets(old) != secrets(new)
}
