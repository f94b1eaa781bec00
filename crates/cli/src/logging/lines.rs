//! Writing log lines to stderr.
//!
//! Logging only puts a line into a bounded buffer; one thread writes. So a full disk, a closed pipe or a paused
//! terminal blocks no request, and cannot end a thread that serves one. Lines that do not fit or cannot be written are
//! counted, and the count is logged when writing works again.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// Bytes that may wait.
const CAPACITY: usize = 4 << 20;

/// Bytes that are written at once at most, in whole lines: a pipe takes so much in one piece (`PIPE_BUF`).
const AT_ONCE: usize = 4096;

/// How long the writer rests after it has written: what is logged meanwhile is written together, without waking it for each line.
const REST: Duration = Duration::from_millis(2);

/// How long a reader that reads nothing may take before a line counts as lost.
const FULL: Duration = Duration::from_millis(20);

/// The lines that wait.
pub(super) struct Lines {
    state: Mutex<State>,
    /// A line was added.
    more: Condvar,
    /// Everything that waited has been handed over or lost.
    empty: Condvar,
    capacity: usize,
    /// Whether each line is a JSON object.
    json: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Whole lines, one behind the other.
    waiting: Vec<u8>,
    writing: bool,
    lost: u64,
}

impl Lines {
    /// None yet.
    pub(super) const fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    const fn with_capacity(capacity: usize) -> Self {
        let state = State { waiting: Vec::new(), writing: false, lost: 0 };
        Self {
            state: Mutex::new(state),
            more: Condvar::new(),
            empty: Condvar::new(),
            capacity,
            json: AtomicBool::new(false),
        }
    }

    /// From now on lines are JSON: so is what is written here about those that were lost.
    pub(super) fn are_json(&self) {
        self.json.store(true, Ordering::Relaxed);
    }

    /// Adds a line; one that does not fit is counted as lost.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.lock();
        if state.waiting.len() + line.len() > self.capacity {
            state.lost += 1;
            return;
        }
        let first = state.waiting.is_empty();
        state.waiting.extend_from_slice(line);
        drop(state);
        // The writer sleeps only when nothing waits: to wake it costs more than to add a line.
        if first {
            self.more.notify_one();
        }
    }

    /// Writes lines to `out` until the process ends.
    pub(super) fn write_to(&self, mut out: impl Write) {
        loop {
            self.write_waiting(&mut out);
            std::thread::sleep(REST);
        }
    }

    /// Waits for a line and writes all that wait then.
    fn write_waiting(&self, out: &mut impl Write) {
        let mut state = self.lock();
        while state.waiting.is_empty() {
            state.writing = false;
            self.empty.notify_all();
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.writing = true;
        let lines = std::mem::take(&mut state.waiting);
        let lost = std::mem::take(&mut state.lost);
        drop(state);
        let mut failed = 0;
        if lost > 0 && write_whole(out, self.loss(lost).as_bytes()).is_err() {
            failed += lost;
        }
        let mut rest = lines.as_slice();
        while !rest.is_empty() {
            let (some, others) = rest.split_at(whole_lines(rest));
            if write_whole(out, some).is_err() {
                failed += some.iter().filter(|byte| **byte == b'\n').count() as u64;
            }
            rest = others;
        }
        self.lock().lost += failed;
    }

    /// The line about lines that were lost. In JSON it has the keys of every other line.
    fn loss(&self, lost: u64) -> String {
        let text = format!("{lost} lines of the log were lost");
        if !self.json.load(Ordering::Relaxed) {
            return text + "\n";
        }
        let mut now = String::new();
        // Writing into a string does not fail.
        let _ = SystemTime.format_time(&mut Writer::new(&mut now));
        format!("{}\n", serde_json::json!({ "timestamp": now, "level": "WARN", "message": text }))
    }

    /// Waits until what was logged so far is written or lost, at most `patience`.
    pub(super) fn flush(&self, patience: Duration) {
        let waits = |state: &mut State| state.writing || !state.waiting.is_empty();
        let state = self.lock();
        drop(self.empty.wait_timeout_while(state, patience, waits).unwrap_or_else(PoisonError::into_inner));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How many bytes to write at once: whole lines up to [`AT_ONCE`], or one line that is longer.
fn whole_lines(text: &[u8]) -> usize {
    let is_end = |byte: &u8| *byte == b'\n';
    if text.len() <= AT_ONCE {
        return text.len();
    }
    let last = text.iter().take(AT_ONCE).rposition(is_end);
    last.or_else(|| text.iter().position(is_end)).map_or(text.len(), |end| end + 1)
}

/// Writes all of this. If stderr is non-blocking, a slow reader gets some time.
fn write_whole(out: &mut impl Write, mut line: &[u8]) -> io::Result<()> {
    let mut waited = false;
    while !line.is_empty() {
        match out.write(line) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => {
                line = line.get(written..).unwrap_or_default();
                waited = false;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && !waited => {
                waited = true;
                std::thread::sleep(FULL);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::time::Duration;

    use super::Lines;

    /// Fails, then accepts everything.
    struct Disk {
        full: bool,
        text: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.full {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.text.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Each write by itself.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted_and_the_count_is_logged_later() {
        let lines = Lines::with_capacity(10);
        let mut disk = Disk { full: true, text: Vec::new() };
        lines.push(b"first\n");
        lines.push(b"does not fit\n");
        lines.write_waiting(&mut disk);
        disk.full = false;
        lines.push(b"third\n");
        lines.write_waiting(&mut disk);
        lines.push(b"fourth\n");
        lines.write_waiting(&mut disk);
        let text = String::from_utf8(disk.text).unwrap();
        assert_eq!(text, "2 lines of the log were lost\nthird\nfourth\n");
    }

    #[test]
    fn the_count_of_lost_lines_is_json_where_lines_are() {
        let lines = Lines::with_capacity(10);
        lines.are_json();
        let mut out = Vec::new();
        lines.push(b"does not fit\n");
        lines.push(b"{}\n");
        lines.write_waiting(&mut out);
        let text = String::from_utf8(out).unwrap();
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!((&first["level"], &first["message"]), (&"WARN".into(), &"1 lines of the log were lost".into()));
        let time = first["timestamp"].as_str().unwrap();
        assert!(time.contains('T') && time.ends_with('Z'), "{time}");
    }

    #[test]
    fn lines_are_written_together_and_never_cut() {
        let lines = Lines::new();
        let long = "x".repeat(5000) + "\n";
        (0..100).for_each(|number| lines.push(format!("{number:0>99}\n").as_bytes()));
        lines.push(long.as_bytes());
        lines.push(b"last\n");
        let mut out = Writes::default();
        lines.write_waiting(&mut out);
        assert_eq!(out.0.iter().map(Vec::len).collect::<Vec<_>>(), [4000, 4000, 2000, 5001, 5]);
        assert!(out.0.iter().all(|some| some.ends_with(b"\n")));
    }

    #[test]
    fn a_flush_does_not_wait_for_ever_when_nobody_writes() {
        let lines = Lines::new();
        lines.push(b"first\n");
        lines.flush(Duration::from_millis(1));
    }
}
