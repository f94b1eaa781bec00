//! JSON Patch (RFC 6902) of the discovery document. `copy` doubles a document with each step, so the result of each step is bounded.

use jeton_core::refusal::Refusal;
use jeton_core::refusals::INVALID;
use json_patch::Patch;
use serde_json::Value;

/// The most steps of a patch.
const MOST_STEPS: usize = 100;
/// The most values that the document may have after a step.
const MOST_VALUES: usize = 10_000;
/// The most characters that its texts and names may have.
const LONGEST: usize = 256 * 1024;
/// How deep it may be nested.
const DEEPEST: usize = 32;

/// The document after the patch.
///
/// # Errors
/// [`INVALID`] for a text that is no patch, does not fit the document, or makes it larger than any discovery document is.
pub(super) fn patched(mut document: Value, patch: &str) -> Result<Value, Refusal> {
    let wrong = || INVALID.with("`patch` must be a JSON Patch (RFC 6902) that fits the document");
    let large = || INVALID.with("`patch` has more than 100 steps or makes the document too large");
    let Patch(steps) = serde_json::from_str(patch).map_err(|_| wrong())?;
    if steps.len() > MOST_STEPS {
        return Err(large());
    }
    for step in steps {
        json_patch::patch(&mut document, &[step]).map_err(|_| wrong())?;
        if !Room::default().has(&document, DEEPEST) {
            return Err(large());
        }
    }
    Ok(document)
}

/// What is left of the bounds while a document is measured.
struct Room {
    values: usize,
    characters: usize,
}

impl Default for Room {
    fn default() -> Self {
        Self { values: MOST_VALUES, characters: LONGEST }
    }
}

impl Room {
    /// Whether a value has room, with all that it contains. Ends at the first bound that is exceeded.
    fn has(&mut self, value: &Value, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        self.takes(1, 0)
            && match value {
                Value::String(text) => self.takes(0, text.len()),
                Value::Array(all) => all.iter().all(|each| self.has(each, depth)),
                Value::Object(all) => all.iter().all(|(name, each)| self.takes(0, name.len()) && self.has(each, depth)),
                _ => true,
            }
    }

    fn takes(&mut self, values: usize, characters: usize) -> bool {
        let left = self.values.checked_sub(values).zip(self.characters.checked_sub(characters));
        left.is_some_and(|(values, characters)| {
            *self = Self { values, characters };
            true
        })
    }
}
