//! What a run consists of, in numbers so small that they meet.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;

/// One step of a run.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// One command.
    Do(Act),
    /// Commands that are under way at once.
    Together(Vec<Act>),
    /// A list of tokens: which members of the filter, and how much to skip.
    List { members: u32, skip: u8, limit: u8 },
    /// A list of live tokens, by expiry or by number.
    Live { members: u16, skip: u8, limit: u8 },
    /// A sweep of everything that has ended by this time.
    Sweep(u8),
    /// Numbers are reserved.
    Reserve(u8),
    /// The store is closed and opened again.
    Reopen,
    /// The store is opened again without having been closed.
    Crash,
}

/// One command.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) when: Option<When>,
    pub(super) writes: Vec<Put>,
}

/// A precondition on the nth thing of its sort.
#[derive(Clone, Debug)]
pub(super) enum When {
    Consume { kind: u8, key: u8, at: u8 },
    Claim { kind: u8, key: u8, over: bool },
    Rotate { token: u8, to: u8 },
    Active(u8),
}

/// A write of the nth thing of its sort. New tokens and grants are numbered when the run begins.
#[derive(Clone, Debug)]
pub(super) enum Put {
    Token { look: u16, grant: Option<u8>, ends: u8, alias: bool },
    Grant { look: u8, ends: u8 },
    SingleUse { kind: u8, key: u8, over: bool, later: u8 },
    Event(u8),
    RevokeToken(u8),
    RevokeGrant(u8),
    Amend { token: u8, what: u8, ends: u8 },
    AmendGrant { grant: u8, what: u8 },
    Used { token: u8, at: u8 },
    Client { key: u8, name: u8, service: bool, version: u8 },
    DeleteClient(u8),
    User { key: u8, name: u8, sub: u8 },
    DeleteUser(u8),
    Service { id: u8, issuer: u8 },
    Key { id: u8, generation: u8, rsa: bool },
    DeleteKey(u8),
    Document { kind: bool, owner: u8, name: u8, version: u8 },
    DeleteDocument(u8),
    Device { id: u8, name: u8, version: u8 },
}

/// Lists of steps.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => act().prop_map(Step::Do),
        6 => vec(act(), 2..5).prop_map(Step::Together),
        4 => (any::<u32>(), 0..4_u8, 0..9_u8).prop_map(|(members, skip, limit)| Step::List { members, skip, limit }),
        4 => (any::<u16>(), 0..4_u8, 0..9_u8).prop_map(|(members, skip, limit)| Step::Live { members, skip, limit }),
        2 => (0..4_u8).prop_map(Step::Sweep),
        1 => (1..9_u8).prop_map(Step::Reserve),
        1 => Just(Step::Reopen),
        1 => Just(Step::Crash),
    ];
    vec(step, 1..24)
}

fn act() -> impl Strategy<Value = Act> {
    (weighted(0.4, when()), vec(put(), 0..5)).prop_map(|(when, writes)| Act { when, writes })
}

/// A token of the run: more often than not one that is there.
fn token() -> std::ops::Range<u8> {
    0..16
}

fn when() -> impl Strategy<Value = When> {
    let entry = || (0..2_u8, 0..4_u8);
    prop_oneof![
        4 => (entry(), 0..4_u8).prop_map(|((kind, key), at)| When::Consume { kind, key, at }),
        2 => (entry(), any::<bool>()).prop_map(|((kind, key), over)| When::Claim { kind, key, over }),
        4 => (token(), token()).prop_map(|(token, to)| When::Rotate { token, to }),
        2 => token().prop_map(When::Active),
    ]
}

fn put() -> impl Strategy<Value = Put> {
    prop_oneof![
        10 => (any::<u16>(), weighted(0.5, 0..6_u8), 0..5_u8, any::<bool>())
            .prop_map(|(look, grant, ends, alias)| Put::Token { look, grant, ends, alias }),
        4 => (any::<u8>(), 0..5_u8).prop_map(|(look, ends)| Put::Grant { look, ends }),
        4 => (0..2_u8, 0..4_u8, proptest::bool::weighted(0.3), 0..3_u8)
            .prop_map(|(kind, key, over, later)| Put::SingleUse { kind, key, over, later }),
        2 => any::<u8>().prop_map(Put::Event),
        4 => token().prop_map(Put::RevokeToken),
        3 => (0..6_u8).prop_map(Put::RevokeGrant),
        4 => (token(), 0..32_u8, 0..5_u8).prop_map(|(token, what, ends)| Put::Amend { token, what, ends }),
        3 => (0..6_u8, 0..16_u8).prop_map(|(grant, what)| Put::AmendGrant { grant, what }),
        2 => (token(), any::<u8>()).prop_map(|(token, at)| Put::Used { token, at }),
        10 => records(),
    ]
}

fn records() -> impl Strategy<Value = Put> {
    prop_oneof![
        4 => (0..4_u8, 0..4_u8, any::<bool>(), 0..3_u8)
            .prop_map(|(key, name, service, version)| Put::Client { key, name, service, version }),
        1 => (0..4_u8).prop_map(Put::DeleteClient),
        3 => (0..3_u8, 0..3_u8, 0..3_u8).prop_map(|(key, name, sub)| Put::User { key, name, sub }),
        1 => (0..3_u8).prop_map(Put::DeleteUser),
        1 => (0..3_u8, 0..3_u8).prop_map(|(id, issuer)| Put::Service { id, issuer }),
        2 => (0..3_u8, 0..3_u8, any::<bool>()).prop_map(|(id, generation, rsa)| Put::Key { id, generation, rsa }),
        1 => (0..3_u8).prop_map(Put::DeleteKey),
        2 => (any::<bool>(), 0..2_u8, 0..2_u8, 0..3_u8)
            .prop_map(|(kind, owner, name, version)| Put::Document { kind, owner, name, version }),
        1 => (0..8_u8).prop_map(Put::DeleteDocument),
        2 => (0..3_u8, 0..3_u8, 0..3_u8).prop_map(|(id, name, version)| Put::Device { id, name, version }),
    ]
}
