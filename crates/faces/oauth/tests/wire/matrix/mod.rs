//! Every request that yields a token, with each of its requirements missing or another party's: refused, and nothing minted;
//! on every store. The core's own matrix covers what is not reachable on the wire (plans, administrators).

mod lack;
mod way;

use lack::{LACKS, Lack};
use way::{WAYS, Way};

use jeton_served::{House, on_every_store};

on_every_store! {
    nothing_is_minted_when_anything_is_missing
}

/// A new grant must state its requirements here.
#[test]
fn every_grant_has_its_row() {
    let grants = jeton_core::grants::GRANTS.iter().map(|grant| grant.grant_type());
    let missing: Vec<_> = grants.filter(|name| !WAYS.iter().any(|way| way.grant_type() == Some(name))).collect();
    assert!(missing.is_empty(), "add rows to matrix/way.rs for {missing:?}");
}

#[test]
fn every_row_tries_what_every_way_stands_on() {
    for way in WAYS {
        assert!(way.stands_on(Lack::ServiceDisabled) && way.stands_on(Lack::ClientDeleted), "{way:?}");
    }
    for lack in LACKS {
        assert!(WAYS.iter().any(|way| way.stands_on(lack)), "{lack:?} is never tried");
    }
}

mod run {
    use super::*;

    pub(super) async fn nothing_is_minted_when_anything_is_missing(house: &House) {
        let other = lack::another_service(house).await;
        let mut wrong = Vec::new();
        for way in WAYS {
            for lack in LACKS.into_iter().filter(|lack| way.stands_on(*lack)) {
                if let Err(what) = tried(house, &other, way, lack).await {
                    wrong.push(format!("{way:?} with {lack:?} {what}"));
                }
                lack.put_back(house).await;
                works(house, way).await;
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// The same with nothing missing; otherwise a row could be refused for another reason.
    async fn works(house: &House, way: Way) {
        way::settle(house).await;
        let ready = way.prepared(house).await;
        let rows = house.rows().await;
        assert!(ready.attempted(house).await, "{way:?} does not work");
        assert!(house.rows().await > rows, "{way:?} mints nothing");
        house.wait(61);
    }

    async fn tried(house: &House, other: &House, way: Way, lack: Lack) -> Result<(), &'static str> {
        way::settle(house).await;
        let mut ready = way.prepared(if lack == Lack::AnotherService { other } else { house }).await;
        lack.take_away(house, &mut ready).await;
        let rows = house.rows().await;
        let answered = ready.attempted(house).await;
        match (answered, house.rows().await == rows) {
            (true, _) => Err("was answered"),
            (false, false) => Err("minted"),
            (false, true) => Ok(()),
        }
    }
}
