//! The order in which passwords are hashed.
//!
//! A hash takes a core for about 25 ms, so only some run at once and the others wait. Each address has its own queue,
//! and the queues take turns: a flood from one address makes others wait for one of its hashes, not for all. Known
//! browsers and operators go first, three times out of four. A request that would wait too long is refused at once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use jeton_model::Refusal;
use jeton_model::refusals::BUSY;

/// How many wait in one address's line.
const PER_ADDRESS: usize = 64;
/// How many may wait in all queues together, for each hash that runs at once: about three seconds.
const PER_SLOT: usize = 128;
/// How many of the preferred ones may pass while others wait.
const STREAK: u8 = 3;

/// The queue in which a request waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Line {
    /// A browser in which this person signed in before, or an operator.
    First,
    /// A browser at this address.
    Browser(String),
    /// A client that asks for passwords itself, at this address: it may send many people's.
    Client(String),
}

/// Hashes, a few at once.
pub(crate) struct Hashing {
    slots: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: usize,
    first: VecDeque<oneshot::Sender<Turn>>,
    streak: u8,
    lines: HashMap<Line, VecDeque<oneshot::Sender<Turn>>>,
    /// The queues that are not empty, in the order of their turns.
    turns: VecDeque<Line>,
}

/// Leave to hash; dropped, the next one has it.
pub(crate) struct Turn(Option<Arc<Hashing>>);

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(hashing) = self.0.take() {
            hashing.pass_on();
        }
    }
}

impl Hashing {
    pub(crate) fn new(slots: usize) -> Arc<Self> {
        Arc::new(Self { slots: slots.max(1), state: Mutex::default() })
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// [`BUSY`] when too many wait.
    pub(crate) async fn turn(self: &Arc<Self>, line: Line) -> Result<Turn, Refusal> {
        let waiting = {
            let mut state = self.lock();
            if state.running < self.slots {
                state.running += 1;
                return Ok(Turn(Some(Arc::clone(self))));
            }
            state.join(line, self.slots.saturating_mul(PER_SLOT)).ok_or(BUSY)?
        };
        // Removed: another queue was shorter.
        waiting.await.map_err(|_| BUSY)
    }

    /// Gives a finished turn to the next request.
    fn pass_on(self: Arc<Self>) {
        let mut turn = Turn(Some(self));
        loop {
            let Some(hashing) = turn.0.take() else { return };
            let next = {
                let mut state = hashing.lock();
                let next = state.next();
                if next.is_none() {
                    state.running = state.running.saturating_sub(1);
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(Turn(Some(hashing))) {
                Ok(()) => return,
                // They went away.
                Err(back) => turn = back,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes a place in a line. None: there is none.
    fn join(&mut self, line: Line, most: usize) -> Option<oneshot::Receiver<Turn>> {
        let (sender, receiver) = oneshot::channel();
        if line == Line::First {
            self.first.retain(|waiting| !waiting.is_closed());
            if self.first.len() >= most {
                return None;
            }
            self.first.push_back(sender);
            return Some(receiver);
        }
        let own = match line {
            Line::Client(_) => most / 2,
            _ => PER_ADDRESS.min(most / 2),
        };
        let mut mine = self.lines.get(&line).map_or(0, VecDeque::len);
        if mine >= own || self.waiting() >= most {
            self.forget_gone();
            mine = self.lines.get(&line).map_or(0, VecDeque::len);
        }
        if mine >= own || self.waiting() >= most && !self.take_from_longest(mine) {
            return None;
        }
        let waiting = self.lines.entry(line.clone()).or_default();
        if waiting.is_empty() {
            self.turns.push_back(line);
        }
        waiting.push_back(sender);
        Some(receiver)
    }

    /// Who is next.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let known = self.streak < STREAK || self.turns.is_empty();
        if known && let Some(next) = self.first.pop_front() {
            self.streak = self.streak.saturating_add(1);
            return Some(next);
        }
        self.streak = 0;
        let line = self.turns.pop_front()?;
        let waiting = self.lines.get_mut(&line)?;
        let next = waiting.pop_front();
        if waiting.is_empty() {
            self.lines.remove(&line);
        } else {
            self.turns.push_back(line);
        }
        next
    }

    fn waiting(&self) -> usize {
        self.lines.values().map(VecDeque::len).sum()
    }

    /// Removes requests that no longer wait from all queues.
    fn forget_gone(&mut self) {
        self.lines.retain(|_, waiting| {
            waiting.retain(|one| !one.is_closed());
            !waiting.is_empty()
        });
        self.turns.retain(|line| self.lines.contains_key(line));
    }

    /// Sends the last one of the longest line away, when that is longer than a line that has `mine` would become.
    fn take_from_longest(&mut self, mine: usize) -> bool {
        let longest = self.lines.values_mut().max_by_key(|waiting| waiting.len());
        longest.filter(|waiting| waiting.len() > mine + 1).is_some_and(|waiting| waiting.pop_back().is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn browser(name: &str) -> Line {
        Line::Browser(name.to_owned())
    }

    /// Starts waiting; the place in the line is taken at once.
    fn wait(hashing: &Arc<Hashing>, line: Line) -> tokio::task::JoinHandle<Result<Turn, Refusal>> {
        let hashing = Arc::clone(hashing);
        tokio::spawn(async move { hashing.turn(line).await })
    }

    async fn settle() {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn a_flood_from_one_address_makes_others_wait_for_one_hash_and_is_refused_early() {
        let hashing = Hashing::new(1);
        let running = hashing.turn(browser("flood")).await.unwrap();
        let mut flood: Vec<_> = (0..200).map(|_| wait(&hashing, browser("flood"))).collect();
        settle().await;
        let refused = flood.iter().filter(|one| one.is_finished()).count();
        assert_eq!(refused, 200 - PER_ADDRESS, "a line has an end");
        flood.retain(|one| !one.is_finished());
        let real = wait(&hashing, browser("somebody"));
        settle().await;
        drop(running);
        // One of the flood was before them; its turn ends, and they have theirs.
        let first = flood.remove(0).await.unwrap().unwrap();
        assert!(!real.is_finished());
        drop(first);
        real.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn known_browsers_go_first_and_leave_a_turn_in_four() {
        let hashing = Hashing::new(1);
        let running = hashing.turn(Line::First).await.unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut all = Vec::new();
        let lines = [vec![("stranger", browser("a")); 2], vec![("known", Line::First); 5]].concat();
        for (name, line) in lines {
            let (hashing, order) = (Arc::clone(&hashing), Arc::clone(&order));
            all.push(tokio::spawn(async move {
                let turn = hashing.turn(line).await.unwrap();
                order.lock().unwrap().push(name);
                drop(turn);
            }));
        }
        settle().await;
        drop(running);
        futures::future::join_all(all).await;
        let order = order.lock().unwrap().clone();
        assert_eq!(order, ["known", "known", "known", "stranger", "known", "known", "stranger"]);
    }

    #[tokio::test]
    async fn a_short_line_takes_the_place_of_a_long_one_s_last() {
        let hashing = Hashing::new(1);
        let _running = hashing.turn(Line::First).await.unwrap();
        let many: Vec<_> = (0..PER_SLOT).map(|n| wait(&hashing, browser(&format!("flood {}", n % 4)))).collect();
        settle().await;
        assert!(many.iter().all(|one| !one.is_finished()));
        let real = wait(&hashing, browser("somebody"));
        settle().await;
        assert!(!real.is_finished());
        assert_eq!(many.iter().filter(|one| one.is_finished()).count(), 1);
    }

    #[tokio::test]
    async fn who_goes_away_takes_no_turn() {
        let hashing = Hashing::new(1);
        let running = hashing.turn(browser("a")).await.unwrap();
        let (gone, stays) = (wait(&hashing, browser("a")), wait(&hashing, browser("b")));
        settle().await;
        gone.abort();
        settle().await;
        drop(running);
        drop(stays.await.unwrap().unwrap());
        assert_eq!(hashing.lock().running, 0);
    }
}
