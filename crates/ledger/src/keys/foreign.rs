//! Keys that were made elsewhere and came with their private parts: they keep their names, and sign instead of keys that were made
//! here.

use jeton_jose::{Algorithm, SigningKey};

use super::sealed::{associated, packed};
use super::{Keyring, Ring, Schedule};
use jeton_model::Refusal;
use jeton_model::clock::Timestamp;
use jeton_model::ids::{KeyId, ServiceId};
use jeton_model::records::{KeyRecord, KeyUse};
use jeton_model::store::Write;

/// A change of the foreign keys of a service.
pub struct ForeignKeys {
    /// Keys to take over, each with its number. Of those of one algorithm, the first signs.
    pub new: Vec<(KeyId, SigningKey)>,
    /// Foreign keys to remove.
    pub gone: Vec<KeyId>,
}

impl Keyring {
    /// The writes of a change. A new key is published and signs from now on; the keys of its algorithm that were made here are no
    /// longer published after the grace period. Where the last foreign key of an algorithm goes, the newest that was made here signs
    /// again.
    ///
    /// # Errors
    /// When a key cannot be sealed.
    pub fn foreign_writes(
        &self,
        service: ServiceId,
        ring: &Ring,
        change: ForeignKeys,
        schedule: &Schedule,
    ) -> Result<Vec<Write>, Refusal> {
        let ForeignKeys { new, gone } = change;
        let mut writes: Vec<_> = gone.iter().map(|id| Write::DeleteKey(*id)).collect();
        let stays = |record: &&KeyRecord| record.usage == KeyUse::Foreign && !gone.contains(&record.id);
        let records = || ring.all().iter().map(|key| &key.record);
        let mut algorithms: Vec<Algorithm> = new.iter().map(|(_, key)| key.alg()).collect();
        let left = records().filter(|record| gone.contains(&record.id)).filter_map(|record| record.alg.parse().ok());
        let is_left = |alg: &Algorithm| !records().filter(stays).any(|record| record.alg == alg.as_str());
        let returns: Vec<Algorithm> = left.filter(|alg| is_left(alg) && !algorithms.contains(alg)).collect();
        for own in records().filter(|record| record.usage == KeyUse::Signature) {
            let Ok(alg) = own.alg.parse::<Algorithm>() else { continue };
            if let Some(change) = own_key(own, ring, (algorithms.contains(&alg), returns.contains(&alg)), schedule) {
                writes.push(Write::Key(Box::new(change)));
            }
        }
        algorithms.sort_unstable();
        algorithms.dedup();
        for alg in algorithms {
            let last = records().filter(|record| record.alg == alg.as_str()).map(|record| record.generation).max();
            // The first of them is the newest.
            for (generation, (id, key)) in
                (last.unwrap_or(0) + 1..).zip(new.iter().rev().filter(|(_, key)| key.alg() == alg))
            {
                writes.push(Write::Key(Box::new(self.foreign_record(service, *id, key, generation, schedule.now)?)));
            }
        }
        Ok(writes)
    }

    fn foreign_record(
        &self,
        service: ServiceId,
        id: KeyId,
        key: &SigningKey,
        generation: i64,
        now: Timestamp,
    ) -> Result<KeyRecord, Refusal> {
        Ok(KeyRecord {
            id,
            kid: None,
            service,
            alg: key.alg().as_str().to_owned(),
            generation,
            usage: KeyUse::Foreign,
            sealed: self.seal.seal(&associated(id), &packed(key)?)?,
            published: now,
            active: now,
            retired: None,
        })
    }
}

/// How a key that was made here changes; none: it stays as it is. `is_replaced`: a foreign key signs instead; `returns`: none does
/// any more.
fn own_key(
    own: &KeyRecord,
    ring: &Ring,
    (is_replaced, returns): (bool, bool),
    schedule: &Schedule,
) -> Option<KeyRecord> {
    let retired = if is_replaced && own.retired.is_none() {
        // One that does not sign yet never will.
        let end = if own.active > schedule.now { schedule.now } else { schedule.now + schedule.grace };
        Some(end)
    } else if returns && own.retired.is_some() && is_newest(own, ring) {
        None
    } else {
        return None;
    };
    Some(KeyRecord { retired, ..own.clone() })
}

fn is_newest(own: &KeyRecord, ring: &Ring) -> bool {
    let same = |record: &KeyRecord| record.usage == KeyUse::Signature && record.alg == own.alg;
    ring.all().iter().all(|key| !same(&key.record) || key.record.generation <= own.generation)
}
