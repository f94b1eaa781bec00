//! Every target on arbitrary bytes, and on right inputs that were changed here and there.

use std::collections::BTreeSet;
use std::path::Path;

use jeton_fuzz::{TARGETS, Target};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// One change. Positions are fractions of the length, so that they fit after any previous changes.
#[derive(Clone, Debug)]
enum Change {
    Put(Index, u8),
    Insert(Index, Vec<u8>),
    Cut(Index, Index),
    Repeat(Index, Index),
    End(Index),
}

impl Change {
    fn any() -> impl Strategy<Value = Self> {
        // What parsers look at, more often than other bytes.
        let byte = prop_oneof![any::<u8>(), prop::sample::select(b".=-_+/\"\\{}[],:%&# \n\0a1".to_vec())];
        prop_oneof![
            (any::<Index>(), byte.clone()).prop_map(|(at, byte)| Self::Put(at, byte)),
            (any::<Index>(), vec(byte, 1..4)).prop_map(|(at, bytes)| Self::Insert(at, bytes)),
            (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Self::Cut(from, to)),
            (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Self::Repeat(from, to)),
            any::<Index>().prop_map(Self::End),
        ]
    }

    fn apply(&self, input: &mut Vec<u8>) {
        let at = |index: &Index| index.index(input.len() + 1);
        let range = |from: &Index, to: &Index| at(from).min(at(to))..at(from).max(at(to));
        match self {
            Self::Put(index, byte) => {
                let at = at(index);
                if let Some(place) = input.get_mut(at) {
                    *place = *byte;
                }
            }
            Self::Insert(index, bytes) => {
                let at = at(index);
                input.splice(at..at, bytes.iter().copied());
            }
            Self::Cut(from, to) => {
                let range = range(from, to);
                input.drain(range);
            }
            Self::Repeat(from, to) => {
                let range = range(from, to);
                let copy = input.get(range.clone()).unwrap_or_default().to_vec();
                input.splice(range.end..range.end, copy);
            }
            Self::End(index) => {
                let at = at(index);
                input.truncate(at);
            }
        }
    }
}

#[cfg(test)]
fn on(target: &Target, inputs: impl Strategy<Value = Vec<u8>>) {
    let mut runner = TestRunner::new(Config { cases: 1024, failure_persistence: None, ..Config::default() });
    let verdict = runner.run(&inputs, |input| {
        (target.run)(&input);
        Ok(())
    });
    assert!(verdict.is_ok(), "{}: {verdict:?}", target.name);
}

#[test]
fn arbitrary_bytes_break_no_rule() {
    for target in &TARGETS {
        on(target, vec(any::<u8>(), 0..2048));
        on(target, ".{0,256}".prop_map(String::into_bytes));
    }
}

#[test]
fn changed_seeds_break_no_rule() {
    for target in &TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{}", target.name);
        let changed = (prop::sample::select(seeds), vec(Change::any(), 0..6)).prop_map(|(seed, changes)| {
            let mut input = seed.into_bytes();
            changes.iter().for_each(|change| change.apply(&mut input));
            input
        });
        on(target, changed);
    }
}

#[test]
fn every_target_has_its_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("libfuzzer/fuzz_targets");
    let files = std::fs::read_dir(folder).unwrap();
    let programs: BTreeSet<_> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let targets: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(programs, targets);
}
