//! `--filter 'client=app kind=api unused_since=-90d'`.

use jeton_core::filter::FilterWords;
use jeton_core::{Clock as _, SystemClock};

use crate::exit::{Done, Failure};

/// Names and values, as they were typed. What the server would not understand is refused here already.
pub(super) fn words(typed: &[String], more: Vec<(&str, String)>) -> Done<Vec<(String, String)>> {
    let mut words: Vec<_> = more.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for word in typed.iter().flat_map(|text| text.split_whitespace()) {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            Failure::misuse(format_args!("--filter: `{word}` is not a name and a value: write it like client=app"))
        })?;
        words.push((name.to_owned(), value.to_owned()));
    }
    let pairs = words.iter().map(|(name, value)| (name, value));
    FilterWords::read(pairs, SystemClock.now())
        .map_err(|refusal| Failure::misuse(format_args!("--filter: {}", refusal.message())))?;
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_separated_by_blanks_or_options() {
        let typed = ["client=app  kind=api".to_owned(), "unused_since=-90d".to_owned()];
        let read = words(&typed, vec![("live", "true".to_owned())]).unwrap();
        let names: Vec<_> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["live", "client", "kind", "unused_since"]);
    }

    #[test]
    fn a_slip_is_a_wrong_command_line() {
        for (typed, said) in [("clinet=app", "did you mean `client_id`"), ("app", "write it like"), ("kind=", "value")]
        {
            let failure = words(&[typed.to_owned()], Vec::new()).unwrap_err();
            assert!(failure.lines()[0].contains(said), "{:?}", failure.lines());
        }
    }
}
