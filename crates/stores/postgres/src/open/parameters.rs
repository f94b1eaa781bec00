//! The parameters after the question mark of the store's URL.

use percent_encoding::percent_decode_str;

use super::OpenError;

/// The driver's own.
const DRIVER: [&str; 17] = [
    "user",
    "password",
    "dbname",
    "options",
    "application_name",
    "host",
    "hostaddr",
    "port",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];

/// Those that this store reads itself.
const OWN: [&str; 6] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "prepared_statements"];

/// The parameters that this store reads itself, and the URL without them.
pub(crate) struct Parameters {
    own: Vec<(String, String)>,
    /// For the driver. Holds the password: never print it.
    pub(super) url: String,
}

impl Parameters {
    /// Splits a URL. Unknown names are refused with the nearest known one.
    pub(crate) fn split(url: &str) -> Result<Self, OpenError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        // A question mark before an @ belongs to an unescaped password: nothing after it may be repeated in a message.
        if query.contains('@') {
            return Err(OpenError::BadUrl);
        }
        let (mut own, mut rest) = (Vec::new(), Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or(OpenError::BadUrl)?;
            if OWN.contains(&name) {
                // A plus sign is one, as everywhere in such a URL.
                own.push((name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into_owned()));
            } else if DRIVER.contains(&name) {
                // The driver knows one of two names that mean the same for a store that writes.
                let primary = pair == "target_session_attrs=primary";
                let pair = if primary { "target_session_attrs=read-write" } else { pair };
                if format!("postgres://h/?{pair}").parse::<tokio_postgres::Config>().is_err() {
                    return Err(OpenError::parameter(name, "has a value that it cannot have"));
                }
                rest.push(pair);
            } else {
                return Err(unknown(name));
            }
        }
        if let Some((name, _)) =
            own.iter().enumerate().find_map(|(n, pair)| own.iter().skip(n + 1).find(|other| other.0 == pair.0))
        {
            return Err(OpenError::parameter(name, "stands there twice: keep one"));
        }
        let rest = rest.join("&");
        Ok(Self { own, url: if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") } })
    }

    /// The value of one, once.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.own.iter().position(|(known, _)| known == name)?;
        Some(self.own.swap_remove(place).1)
    }
}

/// A value of a list.
pub(super) fn one_of<T: Copy>(name: &str, value: &str, words: &[(&str, T)]) -> Result<T, OpenError> {
    let found = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        OpenError::parameter(name, format!("must be one of {}", words.join(", ")))
    })
}

/// A name is repeated only where it looks like one.
fn unknown(name: &str) -> OpenError {
    if name.is_empty() || name.len() > 32 || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        return OpenError::BadUrl;
    }
    let likeness =
        |known: &str| strsim::normalized_damerau_levenshtein(name, known) + strsim::jaro_winkler(name, known) / 4.0;
    let nearest = OWN.iter().chain(&DRIVER).max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    OpenError::parameter(name, format!("is not known: did you mean `{}`?", nearest.copied().unwrap_or_default()))
}
