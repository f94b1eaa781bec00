//! The certificates of the main listener.

use jeton_core::{Clock as _, SystemClock};
use jeton_server::config::Config;
use jeton_server::{TlsFiles, TlsReloader};

use crate::exit::{Done, Failure};

/// A certificate that expires within this many seconds causes a warning: 14 days.
const SOON: i64 = 14 * 86_400;

/// Reads the files; none when the listener has no TLS.
pub(crate) fn load(config: &Config) -> Done<Option<TlsReloader>> {
    let Some(files) = TlsFiles::of_http(&config.http) else { return Ok(None) };
    let tls = TlsReloader::load(files).map_err(|error| Failure::misuse(format_args!("`http.tls_cert`: {error}")))?;
    Ok(Some(tls))
}

/// A warning about a certificate that has ended or soon will.
pub(crate) fn warning(tls: &TlsReloader) -> Option<String> {
    let left = tls.not_after() - SystemClock.now().seconds();
    if left <= 0 {
        Some("`http.tls_cert` has expired: renew it and send SIGHUP".to_owned())
    } else if left < SOON {
        Some(format!("`http.tls_cert` expires in {} days: renew it and send SIGHUP", left / 86_400))
    } else {
        None
    }
}
