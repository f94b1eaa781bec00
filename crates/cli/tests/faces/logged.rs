//! A failure of the server: every face says so in its own form, and each leaves a line in the log that its reference finds.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::faces::Faces;
use crate::unavailable::{As, ask};

/// What is written to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What was written since the last look.
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn every_500_of_every_face_leaves_its_reference_in_the_log() {
    let (faces, store) = Faces::that_fails().await;
    let id = faces.inspected(&faces.by_credentials("one").await[0]).await["id"].to_string();
    // A node that has nothing in memory, so that every token and every client is read.
    let faces = faces.on_the_same_store().await;
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    let _logged = tracing::subscriber::set_default(subscriber);
    store.set_corrupt(true);
    let (mut failed, mut silent) = (BTreeSet::new(), Vec::new());
    for face in jeton_served::FACES {
        for route in face.routes() {
            let path = route.path.replace("{id}", &id).replace("{client_id}", "one").replace("{username}", "alice");
            let path = path
                .replace("{kid}", "k")
                .replace("{esn}", "00601b50")
                .replace("{reference}", "rf_0")
                .replace("{code}", "busy");
            for method in route.methods.split(' ') {
                for by in [As::Owner, As::Client, As::Bearer, As::Nobody] {
                    let body = format!(
                        "secret={}&name=nightly-report&description=Nightly+report+job&token=x&username=alice&password=x&\
                         client_id=one&response_type=code&grant_type=client_credentials",
                        crate::faces::SHOP
                    );
                    for body in ["", "{}", &body] {
                        log.take();
                        let reply = ask(&faces, by, method, &path, body).await;
                        if reply.status != 500 {
                            continue;
                        }
                        failed.insert(face.name);
                        let lines = log.take();
                        let found = reply.reference.as_deref().is_some_and(|reference| {
                            lines.lines().any(|line| line.contains("ERROR") && line.contains(reference))
                        });
                        if !found {
                            silent.push(format!("{by:?} {method} {path}: {reply:?}: {lines}"));
                        }
                    }
                }
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
    assert_eq!(failed.len(), jeton_served::FACES.len(), "only {failed:?} failed at all");
}
