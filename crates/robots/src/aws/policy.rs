//! The policy of a session: what its credentials may do.

use serde_json::json;

/// Writing below the account's folder. AWS gives a session no right that the keys of the configuration do not have.
pub(super) fn upload(bucket: &str, prefix: &str, user_id: &str) -> String {
    let folder = [prefix, &literal(user_id)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": "s3:PutObject",
            "Resource": format!("arn:aws:s3:::{bucket}/{folder}/*"),
        }],
    })
    .to_string()
}

/// A text that stands for itself in a resource's name: without wildcards and variables.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '?' | '$' => literal.extend(['$', '{', c, '}']),
            other => literal.push(other),
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn resource(prefix: &str, user_id: &str) -> String {
        let policy: Value = serde_json::from_str(&upload("logs", prefix, user_id)).unwrap();
        policy["Statement"][0]["Resource"].as_str().unwrap().to_owned()
    }

    #[test]
    fn only_the_accounts_own_folder_is_written() {
        assert_eq!(resource("robots", "u1"), "arn:aws:s3:::logs/robots/u1/*");
        assert_eq!(resource("", "u1"), "arn:aws:s3:::logs/u1/*");
        assert_eq!(resource("", "*${a}?"), "arn:aws:s3:::logs/${*}${$}{a}${?}/*");
    }
}
