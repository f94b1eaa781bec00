//! The model store keeps the rules that it is the reference for.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use jeton_core::Store;
use jeton_testkit::ModelStore;
use jeton_testkit::conformance::{Fixture, property};

struct Model(Arc<ModelStore>);

impl Fixture for Model {
    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.0) as _
    }

    fn reopen(&mut self) -> BoxFuture<'_, ()> {
        async { self.0 = Arc::new(self.0.reopened()) }.boxed()
    }
}

fn fresh() -> BoxFuture<'static, Box<dyn Fixture>> {
    async { Box::new(Model(Arc::new(ModelStore::new()))) as _ }.boxed()
}

jeton_testkit::conformance_suite!(fresh);

#[test]
fn it_agrees_with_itself() {
    property(fresh, 128);
}

#[test]
fn a_filter_means_the_same_in_lists_previews_and_suspensions() {
    jeton_testkit::conformance::meaning(fresh, 96);
}
