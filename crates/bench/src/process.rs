//! CPU time and memory of process trees, from `/proc`.

use std::{collections::HashMap, fs};

use crate::misuse::Misuse;

/// The processes whose cost is reported: those of `--pid` and all below them.
#[derive(Debug)]
pub(crate) struct Watched {
    roots: Vec<u32>,
    /// The kernel's clock ticks a second, the unit of its CPU times.
    ticks: f64,
}

impl Watched {
    /// `None` where no process was named.
    pub(crate) fn new(pids: &[u32]) -> Result<Option<Self>, Misuse> {
        if let Some(absent) = pids.iter().find(|pid| Stat::read(**pid).is_none()) {
            return Err(Misuse::NoProcess(*absent));
        }
        Ok((!pids.is_empty()).then(|| Self { roots: pids.to_vec(), ticks: ticks_per_second() }))
    }

    /// CPU seconds the trees' processes have used so far, user and system.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let ticks: u64 = self.tree().filter_map(Stat::read).map(|stat| stat.ticks).sum();
        ticks as f64 / self.ticks
    }

    /// Memory of the trees in MiB: the sum of proportional set sizes (shared pages are divided by their users).
    pub(crate) fn memory_mib(&self) -> f64 {
        self.tree().filter_map(pss_kib).sum::<u64>() as f64 / 1024.0
    }

    fn tree(&self) -> impl Iterator<Item = u32> {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        for pid in entries.filter_map(|e| e.file_name().to_str()?.parse().ok()) {
            if let Some(stat) = Stat::read(pid) {
                children.entry(stat.parent).or_default().push(pid);
            }
        }
        let mut found = self.roots.clone();
        let mut at = 0;
        while let Some(pid) = found.get(at) {
            found.extend(children.remove(pid).unwrap_or_default());
            at += 1;
        }
        // A process that was named together with its parent counts once.
        found.sort_unstable();
        found.dedup();
        found.into_iter()
    }
}

/// What is needed of `/proc/PID/stat`.
struct Stat {
    parent: u32,
    ticks: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
        let mut fields = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace();
        let parent = fields.nth(1)?.parse().ok()?;
        let user: u64 = fields.nth(9)?.parse().ok()?;
        let system: u64 = fields.next()?.parse().ok()?;
        Some(Self { parent, ticks: user + system })
    }
}

fn pss_kib(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("Pss:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

/// `AT_CLKTCK` of the auxiliary vector: what `sysconf` would answer, without C.
fn ticks_per_second() -> f64 {
    const AT_CLKTCK: usize = 17;
    let vector = fs::read("/proc/self/auxv").unwrap_or_default();
    let (words, _) = vector.as_chunks::<{ size_of::<usize>() }>();
    let (pairs, _) = words.as_chunks::<2>();
    pairs
        .iter()
        .find(|[key, _]| usize::from_ne_bytes(*key) == AT_CLKTCK)
        .map_or(100.0, |[_, value]| usize::from_ne_bytes(*value) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_parentheses_does_not_shift_the_fields() {
        let stat = Stat::parse("12 (a) b (c)) S 7 12 12 0 -1 4194560 1 2 3 4 150 25 0 0 20 0 1 0").unwrap();
        assert_eq!((stat.parent, stat.ticks), (7, 175));
    }

    #[test]
    fn this_process_has_memory_and_time() {
        let me = Watched::new(&[std::process::id()]).unwrap().unwrap();
        assert!(me.memory_mib() > 0.1);
        assert!(me.cpu_seconds() >= 0.0);
        assert!((me.ticks - 100.0).abs() < 1000.0);
    }

    #[test]
    fn an_absent_process_is_a_misuse() {
        assert!(matches!(Watched::new(&[u32::MAX]), Err(Misuse::NoProcess(_))));
        assert!(Watched::new(&[]).unwrap().is_none());
    }
}
