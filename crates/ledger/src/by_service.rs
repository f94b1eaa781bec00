//! What is cached of each service, for any number of services.
//!
//! A read takes no lock and copies nothing. A write copies a part of the map, so its cost does not grow with the number of services
//! until there are many thousands.

use std::collections::HashMap;

use arc_swap::ArcSwap;

use jeton_model::ids::ServiceId;

/// Into how many parts the map is divided.
const PARTS: usize = 256;

/// A map that is read without locks and written in parts.
pub(crate) struct ByService<V> {
    parts: Box<[ArcSwap<HashMap<ServiceId, V>>]>,
}

impl<V> Default for ByService<V> {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| ArcSwap::default()).collect() }
    }
}

impl<V: Clone> ByService<V> {
    /// What is cached of a service.
    pub(crate) fn get(&self, service: ServiceId) -> Option<V> {
        self.part(service)?.load().get(&service).cloned()
    }

    /// Replaces what is cached of a service; none removes it.
    pub(crate) fn put(&self, service: ServiceId, value: Option<&V>) {
        let Some(part) = self.part(service) else { return };
        part.rcu(|old| {
            let mut new = HashMap::clone(old);
            match value {
                Some(value) => new.insert(service, value.clone()),
                None => new.remove(&service),
            };
            new
        });
    }

    /// Replaces everything.
    pub(crate) fn replace(&self, all: impl IntoIterator<Item = (ServiceId, V)>) {
        let mut parts: Vec<HashMap<ServiceId, V>> = (0..PARTS).map(|_| HashMap::new()).collect();
        for (service, value) in all {
            if let Some(part) = parts.get_mut(place(service)) {
                part.insert(service, value);
            }
        }
        for (part, new) in self.parts.iter().zip(parts) {
            part.store(new.into());
        }
    }

    /// All values, in no particular order.
    pub(crate) fn values(&self) -> Vec<V> {
        self.parts.iter().flat_map(|part| part.load().values().cloned().collect::<Vec<_>>()).collect()
    }

    fn part(&self, service: ServiceId) -> Option<&ArcSwap<HashMap<ServiceId, V>>> {
        self.parts.get(place(service))
    }
}

/// Numbers are given one after the other, so their last digits spread them.
fn place(service: ServiceId) -> usize {
    usize::try_from(service.get() % PARTS as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_until_it_is_removed_or_replaced() {
        let (map, of) = (ByService::<u64>::default(), ServiceId::new);
        (0..1000).for_each(|n| map.put(of(n), Some(&(n * 2))));
        assert!((0..1000).all(|n| map.get(of(n)) == Some(n * 2)));
        assert_eq!(map.values().len(), 1000);
        map.put(of(7), None);
        assert_eq!((map.get(of(7)), map.get(of(8))), (None, Some(16)));
        map.replace([(of(5), 1), (of(9), 2)]);
        let mut left = map.values();
        left.sort_unstable();
        assert_eq!((left, map.get(of(8)), map.get(of(9))), (vec![1, 2], None, Some(2)));
    }
}
