//! The example of `docs/adding-a-single-use-kind.md`: vouchers, a feature with a single-use kind of its own. The value of a
//! voucher is given out once, however many requests present it at the same time.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use jeton_core::model::{DeclaredSingleUse, SingleUse, SingleUseKey};
use jeton_core::people::unauthenticated::WrittenFor;
use jeton_core::store::{Command, Lost, Outcome, Precondition, Write};
use jeton_core::{Ledger, Refusal, RequestSource};
use jeton_jose::digest;
use jeton_testkit::sample;

use crate::fixture::Fixture;

/// A voucher. The declaration does not open it to unauthenticated callers, so no entry is written for them.
const VOUCHER: DeclaredSingleUse = DeclaredSingleUse::new(DeclaredSingleUse::OUTSIDE + 100, "voucher");
/// How long a voucher is valid.
const LIFETIME: Duration = Duration::from_secs(600);

/// The feature: a type that holds the ledger.
struct Vouchers(Arc<Ledger>);

impl Vouchers {
    fn key(text: &str) -> SingleUseKey {
        SingleUseKey(digest::sha256(text.as_bytes()))
    }

    fn entry(&self, text: &str, worth: &str) -> SingleUse {
        SingleUse {
            kind: VOUCHER.kind,
            key: Self::key(text),
            service: sample::SERVICE,
            grant: None,
            expires: self.0.now() + LIFETIME,
            used: None,
            payload: worth.into(),
        }
    }

    async fn issue(&self, text: &str, worth: &str) -> Result<(), Refusal> {
        let entry = Write::SingleUse(Box::new(self.entry(text, worth)));
        self.0.apply(Command::of(vec![entry])).await.map(drop)
    }

    /// The value of a voucher, for the first who redeems it.
    async fn redeem(&self, text: &str) -> Result<Option<String>, Refusal> {
        let (kind, key) = (VOUCHER.kind, Self::key(text));
        let Some(entry) = self.0.store().single_use(kind, key).await? else { return Ok(None) };
        let when = Some(Precondition::Consume { kind, key, now: self.0.now() });
        Ok(match self.0.apply(Command { when, writes: Vec::new() }).await? {
            Outcome::Done { .. } => Some(String::from_utf8_lossy(&entry.payload).into_owned()),
            Outcome::Lost(Lost::Used(_) | Lost::Expired | Lost::Missing) => None,
            Outcome::Lost(lost) => panic!("{lost:?}"),
        })
    }
}

#[tokio::test]
async fn an_entry_of_a_new_kind_works_once() {
    let fixture = Fixture::new().await;
    let vouchers = Vouchers(Arc::clone(&fixture.jeton.ledger));
    vouchers.issue("spring", "a coffee").await.unwrap();
    let kept = fixture.store.single_use(VOUCHER.kind, Vouchers::key("spring")).await.unwrap().unwrap();
    assert_eq!(kept, vouchers.entry("spring", "a coffee"), "the store gives back the number that it was given");

    let redeemed = join_all((0..20).map(|_| vouchers.redeem("spring"))).await;
    let worth: Vec<_> = redeemed.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(worth, ["a coffee"], "to one of those who asked at the same time");
    assert_eq!(vouchers.redeem("spring").await.unwrap(), None);

    vouchers.issue("autumn", "a tea").await.unwrap();
    fixture.clock.advance(LIFETIME);
    assert_eq!(vouchers.redeem("autumn").await.unwrap(), None, "it is too late");
}

#[tokio::test]
async fn strangers_have_nothing_written_of_a_kind_that_does_not_say_so() {
    let fixture = Fixture::new().await;
    let (vouchers, origin) = (Vouchers(Arc::clone(&fixture.jeton.ledger)), RequestSource::default());
    let entry = vouchers.entry("mine", "a cake");
    let people = &fixture.jeton.people;
    let refused = people.write_for(WrittenFor::Unauthenticated(&origin), vec![entry.clone()]).await;
    assert!(
        refused.as_ref().is_err_and(|refusal| refusal.cause().as_deref() == Some("plan exceeded stranger")),
        "{refused:?}"
    );
    let refused = people.admit_for(&origin, None, &entry).await;
    assert!(
        refused.as_ref().is_err_and(|refusal| refusal.cause().as_deref() == Some("plan exceeded stranger")),
        "{refused:?}"
    );
    assert_eq!(fixture.store.single_use(VOUCHER.kind, entry.key).await.unwrap(), None);
}
