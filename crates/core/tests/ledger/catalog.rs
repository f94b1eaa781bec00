//! A service's catalog is ready for each token that is minted.

use std::sync::Arc;

use jeton_core::administration::Caller;

use crate::fixture::Fixture;

/// Also for a service that was created while the ledger was open: its catalog was once built for every token, at a third of the
/// token's cost.
#[tokio::test]
async fn the_catalogue_of_a_new_service_is_not_made_anew_each_time() {
    let fixture = Fixture::new().await;
    let entities = fixture.jeton.ledger.entities();
    assert!(Arc::ptr_eq(&entities.catalog(fixture.service), &entities.catalog(fixture.service)));

    let (name, issuer) = ("two", "https://two.example");
    let another = fixture
        .jeton
        .administration
        .put_service(&Caller::local(), None, name, issuer, Default::default())
        .await
        .unwrap()
        .id;
    let first = entities.catalog(fixture.service);
    // Nothing is described of either: both have the standard one.
    assert!(Arc::ptr_eq(&entities.catalog(another), &first));
    assert!(Arc::ptr_eq(&entities.catalog(another), &entities.catalog(another)));
}
