//! What `jeton dev` prints at every start.

use std::io::Write as _;
use std::path::Path;

use serde_json::json;

use super::config::{REDIRECT_URI, SCOPE};
use super::credentials::Credentials;
use crate::exit::{Done, Failure};

/// Prints issuer, console, credentials and the lines to paste.
pub(super) fn print(url: &str, data: &Path, credentials: &Credentials, json: bool) -> Done {
    let text = if json { document(url, data, credentials) } else { text(url, data, credentials) };
    // Someone may wait for it at the other end of a pipe.
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::failed)
}

fn text(url: &str, data: &Path, credentials: &Credentials) -> String {
    let Credentials { admin, user, client, api_tokens } = credentials;
    let [get, introspect, revoke] = lines(url, data, credentials);
    format!(
        "\
Jeton is ready to be tried. For anything else: `jeton init`, then `jeton serve`.

  issuer         {url}
  console        {url}/console
  data           {data}

  administrator  {admin_name}  password {admin_password}
  user           {user_name}  password {user_password}
  client         {client_id}  secret {client_secret}
                 scope {SCOPE}
                 redirect URI {REDIRECT_URI}
  API tokens     secret {api_tokens_secret}

Get a token, introspect it, revoke it:

{get}
{introspect}
{revoke}

",
        data = data.display(),
        admin_name = admin.username,
        admin_password = *admin.password,
        user_name = user.username,
        user_password = *user.password,
        client_id = client.client_id,
        client_secret = *client.client_secret,
        api_tokens_secret = *api_tokens.secret,
    )
}

fn document(url: &str, data: &Path, credentials: &Credentials) -> String {
    let document = json!({
        "issuer": url,
        "console": format!("{url}/console"),
        "data": data,
        "admin": credentials.admin,
        "user": credentials.user,
        "client": credentials.client,
        "api_tokens": credentials.api_tokens,
        "scope": SCOPE,
        "redirect_uri": REDIRECT_URI,
        "curl": lines(url, data, credentials),
    });
    format!("{document}\n")
}

/// Three lines for `sh`. The first passes the token to the others in a file, so that each can be pasted alone, in any
/// shell, repeatedly; the file is in the data folder, which only its owner can access.
fn lines(url: &str, data: &Path, credentials: &Credentials) -> [String; 3] {
    let client = quoted(&format!("{}:{}", credentials.client.client_id, &*credentials.client.client_secret));
    let file = quoted(&data.join("dev-token.json").display().to_string());
    let token = format!(r#""token=$(sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p' {file})""#);
    [
        format!("curl -sS -w '\\n' -u {client} -d grant_type=client_credentials {url}/token | tee {file}"),
        format!("curl -sS -w '\\n' -u {client} -d {token} {url}/introspect"),
        format!("curl -sS -w 'HTTP %{{http_code}}\\n' -u {client} -d {token} {url}/token/revoke"),
    ]
}

/// One word for `sh`, quoted.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@%+,".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_for_the_shell_stay_one_word() {
        assert_eq!(quoted("app:s-e_c.ret"), "app:s-e_c.ret");
        assert_eq!(quoted("/a folder/it's"), r"'/a folder/it'\''s'");
        assert_eq!(quoted("$(reboot)"), "'$(reboot)'");
        assert_eq!(quoted(""), "''");
    }
}
