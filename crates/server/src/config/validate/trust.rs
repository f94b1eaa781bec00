//! Rules of token exchange, groups, and trusted issuers.

use super::super::{Config, Problem};
use super::unique;

pub(super) fn check(config: &Config, problems: &mut Vec<Problem>) {
    unique::check("exchange", "name", config.exchange.iter().map(|rule| rule.name.as_str()), problems);
    for (position, rule) in config.exchange.iter().enumerate() {
        for (name, by_id, by_scope) in
            [("origin", &rule.origin, &rule.origin_scope), ("client", &rule.client, &rule.client_scope)]
        {
            if by_id.is_some() && by_scope.is_some() {
                let key = format!("exchange[{position}].{name}_scope");
                problems.push(Problem::new(key, &format!("and `{name}` are both set"), "keep one of them"));
            }
        }
    }
    unique::check("group", "path", config.group.iter().map(|group| group.path.as_str()), problems);
    let issuers = config.trusted_issuer.iter().map(|issuer| issuer.issuer.as_str());
    unique::check("trusted_issuer", "issuer", issuers, problems);
    for (position, issuer) in config.trusted_issuer.iter().enumerate() {
        let key = format!("trusted_issuer[{position}].jwks");
        match (&issuer.jwks, &issuer.jwks_uri) {
            (None, None) => problems.push(Problem::new(key, "is missing", "write jwks or jwks_uri")),
            (Some(_), Some(_)) => problems.push(Problem::new(key, "and `jwks_uri` are both set", "keep one of them")),
            _ => {}
        }
        if issuer.issuer == config.issuer {
            let key = format!("trusted_issuer[{position}].issuer");
            problems.push(Problem::new(
                key,
                "is this server's own",
                "this server's own tokens can be exchanged instead",
            ));
        }
    }
}
