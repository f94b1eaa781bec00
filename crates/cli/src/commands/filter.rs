//! `--filter 'client=app kind=api unused_since=-90d'`.

use jeton_core::filter::FilterWords;
use jeton_core::{Clock as _, SystemClock};

use crate::exit::{Done, Failure};

/// Names and values, as they were typed. What the server would not understand is refused here already.
pub(super) fn words(typed: &[String], more: Vec<(&str, String)>) -> Done<Vec<(String, String)>> {
    let mut words: Vec<_> = more.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for text in typed {
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (word, after) = first(rest)?;
            words.push(word);
            rest = after.trim_start();
        }
    }
    let pairs = words.iter().map(|(name, value)| (name, value));
    FilterWords::read(pairs, SystemClock.now())
        .map_err(|refusal| Failure::misuse(format_args!("--filter: {}", refusal.message())))?;
    Ok(words)
}

/// The first name and value of a text, and what is behind them. A value with blanks is in quotes: `username="Anna Blank"`.
fn first(text: &str) -> Done<((String, String), &str)> {
    let end = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, _) = text.split_at(end(text));
    let Some((name, value)) = word.split_once('=') else {
        return Err(Failure::misuse(format_args!(
            "--filter: `{word}` is not a name and a value: write it like client=app, or user=\"a name\" if the value has blanks"
        )));
    };
    let behind = text.get(name.len() + 1..).unwrap_or_default();
    let Some(quoted) = behind.strip_prefix('"') else {
        return Ok(((name.to_owned(), value.to_owned()), behind.get(value.len()..).unwrap_or_default()));
    };
    // A quote inside of the value is not followed by a blank.
    let is_end =
        |at: usize| quoted.get(at + 1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
    let closing = quoted.match_indices('"').map(|(at, _)| at).find(|at| is_end(*at));
    let closing = closing.and_then(|at| Some((quoted.get(..at)?, quoted.get(at + 1..)?)));
    let (value, rest) = closing
        .ok_or_else(|| Failure::misuse(format_args!("--filter: the quotes of `{name}` are not closed: {word}")))?;
    Ok(((name.to_owned(), value.to_owned()), rest))
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
    fn a_value_in_quotes_may_have_blanks() {
        for (typed, value) in [
            (r#"kind=api user="Anna Blank" client=app"#, "Anna Blank"),
            (r#"user="a"b c""#, r#"a"b c"#),
            ("user=o'brien", "o'brien"),
            (r#"user=5"disk"#, r#"5"disk"#),
        ] {
            let read = words(&[typed.to_owned()], Vec::new()).unwrap();
            let user = read.iter().find(|(name, _)| name == "user");
            assert_eq!(user.map(|(_, value)| value.as_str()), Some(value), "{typed}");
        }
        assert!(words(&[r#"user="Anna Blank"#.to_owned()], Vec::new()).is_err());
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
