//! What a person does next.

use std::net::IpAddr;

use serde_json::json;

use super::Files;
use crate::args::VectorInit;
use crate::output::line;

/// Prints the files and the steps.
pub(super) fn say(args: &VectorInit, files: &Files, names: &[String], addresses: &[IpAddr]) {
    if args.json {
        line(json!({
            "ca": files.authority,
            "ca_key": files.authority_key,
            "tls_cert": files.server,
            "tls_key": files.server_key,
            "server_config": files.robot_config,
            "names": names,
            "addresses": addresses,
            "port": args.port,
        }));
        return;
    }
    let list = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
    line(format_args!(
        "\
Written for the names {names} and the addresses {addresses}:

  {server}, {server_key}   the server's certificate and key
  {ca}                 what robots are to trust
  {ca_key}                 signs further certificates: keep it away from the server
  {config}     what robots are to dial

Next:

1. In jeton.toml, then `jeton check` and `jeton serve`:

     [vector]
     listen   = [{listen}]
     tls_cert = \"{server}\"
     tls_key  = \"{server_key}\"

2. See that robots find {first}: in the house's DNS or by multicast DNS, as an address of this machine.
3. On each robot whose build allows it, copy
     {ca} to /data/data/wirepod-cert.crt
     {config} to /data/data/server_config.json
   and restart it.
4. `jeton user create` makes an account; or set vector.session_tokens, and nobody needs one.
5. Log in from an app or an SDK. `jeton vector robots` then lists the robot.

docs/vector.md has the whole way, and what the numbers on a robot's face mean.",
        names = list(names.to_vec()),
        addresses = list(addresses.iter().map(ToString::to_string).collect()),
        server = files.server.display(),
        server_key = files.server_key.display(),
        ca = files.authority.display(),
        ca_key = files.authority_key.display(),
        config = files.robot_config.display(),
        listen = list(listen(args.port)),
        first = names.first().map_or("this machine", String::as_str),
    ));
}

/// The ports that robots dial: the one in their configuration, those that firmware has built in, and 80 for the check.
fn listen(port: u16) -> Vec<String> {
    let further = [443, 8084, 80].into_iter().filter(|built_in| *built_in != port);
    [port].into_iter().chain(further).map(|port| format!("\"0.0.0.0:{port}\"")).collect()
}
