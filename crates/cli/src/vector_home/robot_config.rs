//! `server_config.json`: where a robot finds its services (`docs/contracts/vector.md` section 2).

use serde_json::json;

use crate::exit::{Done, Failure};

/// The app key of production robots: an identifier, not a secret.
const APP_KEY: &str = "oDoa0quieSeir6goowai7f";

/// The file's text. Robots dial one address for everything; what Jeton does not serve, speech above all, it refuses at once.
pub(super) fn text(host: &str, port: u16) -> Done<String> {
    let server = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let document = json!({
        "jdocs": server,
        "tms": server,
        "chipper": server,
        "check": format!("{host}/ok"),
        "logfiles": "s3://logs.invalid/victor",
        "appkey": APP_KEY,
    });
    let mut text = serde_json::to_string_pretty(&document).map_err(Failure::failed)?;
    text.push('\n');
    Ok(text)
}
