//! The database's address: on this machine, like everything this tool loads.

use tokio_postgres::{Config, config::Host};

use crate::{http::loopback_only, misuse::Misuse};

/// Reads a `postgres://` address whose hosts are all loopback or Unix sockets.
pub(super) fn on_this_machine(url: &str) -> Result<Config, Misuse> {
    let config: Config = url.parse().map_err(|_| Misuse::StoreUrl)?;
    for host in config.get_hosts() {
        match host {
            Host::Tcp(name) => drop(loopback_only(name, 0)?),
            Host::Unix(_) => {}
        }
    }
    match config.get_hostaddrs().iter().find(|a| !a.is_loopback()) {
        Some(address) => Err(Misuse::NotLoopback(address.to_string())),
        None => Ok(config),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_s_database_is_loaded() {
        assert!(on_this_machine("postgres://u:p@127.0.0.1:5433/d").is_ok());
        assert!(on_this_machine("host=/run/postgresql user=u").is_ok());
        for url in
            ["postgres://u@192.0.2.1/d", "host=localhost hostaddr=192.0.2.1", "postgres://u@127.0.0.1,10.0.0.1/d"]
        {
            assert!(matches!(on_this_machine(url), Err(Misuse::NotLoopback(_))), "{url}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_read_is_not_repeated() {
        let error = on_this_machine("postgres://u:hunter2@127.0.0.1:port/d").unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }
}
