//! Whether the store and the keys in it can be used. A store that is not there yet is not made.

use std::collections::BTreeMap;
use std::path::Path;

use jeton_server::config::{Config, Engine};

use super::report::Report;
use crate::serve::{self, Node, SOCKET};

/// Looks at the store.
pub(super) async fn look(config: &Config, report: &mut Report) {
    if let Some(Engine::Sqlite(file)) = config.store.engine(&config.data_dir) {
        if !file.exists() {
            return new_store(&config.data_dir, &file, report);
        }
        if serves(&config.data_dir.join(SOCKET)).await {
            report.note("the store is in use by a running server and was not opened".to_owned());
            return;
        }
    }
    match Node::open(config).await {
        Ok(node) => {
            report.note(format!("the store opens: {}", serve::describe_engine(config)));
            clashing(&node, report).await;
            if let Err(failure) = node.close().await {
                report.failed(&failure);
            }
        }
        Err(failure) => report.failed(&failure),
    }
}

/// Users whose names people take for the same one: an earlier version accepted them.
async fn clashing(node: &Node, report: &mut Report) {
    let users = match node.store.clashing_users().await {
        Ok(users) => users,
        Err(error) => return report.problem(format!("the users cannot be read: {error}")),
    };
    let mut names: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for user in &users {
        names.entry((user.service, user.name_key())).or_default().push(user.username.as_str());
    }
    for ((service, _), names) in names {
        let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
        report.warning(format!(
            "in service {service} the user names {} are taken for the same one: each is found exactly as written until all \
             but one have another name",
            names.join(", ")
        ));
    }
}

/// A store that the first start will make.
fn new_store(data_dir: &Path, file: &Path, report: &mut Report) {
    let folder = file.parent().unwrap_or(data_dir);
    let nearest = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let nearest = if nearest.as_os_str().is_empty() { Path::new(".") } else { nearest };
    // Checked by a system call, since modes are not the whole truth.
    match tempfile_in(nearest) {
        Ok(()) => report.note(format!("{} will be created at the first start", file.display())),
        Err(error) => report.problem(format!(
            "`data_dir`: cannot write in {} ({error}): make it writable, or set another folder",
            nearest.display()
        )),
    }
}

fn tempfile_in(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".jeton-check-{}", std::process::id()));
    std::fs::File::create_new(&probe)?;
    std::fs::remove_file(&probe)
}

/// Whether a server answers on its local socket.
async fn serves(socket: &Path) -> bool {
    tokio::net::UnixStream::connect(socket).await.is_ok()
}
