//! The password in a database's URL.

use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

/// The password of `postgres://user:password@host/database`, decoded; empty when there is none.
pub(super) fn of_url(url: &str) -> Zeroizing<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = place.split('/').next().unwrap_or_default();
    let in_authority =
        authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
    if let Some(password) = in_authority.filter(|password| !password.is_empty()) {
        return decoded(password);
    }
    let mut parameters = query.split('&').filter_map(|pair| pair.split_once('='));
    parameters.find(|(name, _)| *name == "password").map(|(_, password)| decoded(password)).unwrap_or_default()
}

fn decoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(percent_decode_str(text).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::of_url;

    #[test]
    fn reads_every_form_of_a_password() {
        for (url, password) in [
            ("postgres://jeton:s3cret@db:5432/jeton", "s3cret"),
            ("postgres://jeton:p%40ss%2Fw+rd%26@db/jeton", "p@ss/w+rd&"),
            ("postgres://jeton:s3cret@one:5432,two:5433/jeton", "s3cret"),
            ("postgres://jeton@db/jeton?password=s3cret&sslmode=disable", "s3cret"),
            ("postgres://jeton@db/jeton", ""),
            ("postgres://db/jeton", ""),
            ("postgres://jeton:@db/jeton", ""),
        ] {
            assert_eq!(*of_url(url), password, "{url}");
        }
    }
}
