//! The words of a Rust source, without its comments.

/// A word, `::`, or one other character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// As it is written.
    pub(crate) text: &'a str,
    /// Its line number, from 1.
    pub(crate) line: usize,
}

/// All of them, in order, without the content of quotes.
pub(crate) fn words(source: &str) -> Vec<Word<'_>> {
    read(source, false)
}

/// The same; each text in quotes is one word, with its quotes.
pub(crate) fn words_and_texts(source: &str) -> Vec<Word<'_>> {
    read(source, true)
}

fn read(source: &str, with_texts: bool) -> Vec<Word<'_>> {
    let (mut rest, mut line, mut found) = (source, 1, Vec::new());
    while let Some(first) = rest.chars().next() {
        let silent = comment(rest).or_else(|| first.is_whitespace().then(|| first.len_utf8()));
        let in_quotes = quoted(rest);
        let length =
            silent.or(in_quotes).unwrap_or_else(|| match rest.find(|c| !is_of_word(c)).unwrap_or(rest.len()) {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                word => word,
            });
        let (text, after) = rest.split_at(length);
        if silent.is_none() && (with_texts || in_quotes.is_none()) {
            found.push(Word { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    found
}

/// Words without the items that only tests are compiled with: those behind `#[cfg(test)]`.
pub(crate) fn shipped(words: Vec<Word<'_>>) -> Vec<Word<'_>> {
    const FOR_TESTS: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut kept, mut at) = (Vec::with_capacity(words.len()), 0);
    while let Some(word) = words.get(at) {
        let attribute = words.get(at..at + FOR_TESTS.len()).unwrap_or_default();
        if attribute.iter().map(|word| word.text).eq(FOR_TESTS) {
            at += FOR_TESTS.len();
            at += item(words.get(at..).unwrap_or_default());
        } else {
            kept.push(*word);
            at += 1;
        }
    }
    kept
}

/// How many words the item at the beginning has: it ends with its body, or with `;` or `,` if it has none.
fn item(words: &[Word<'_>]) -> usize {
    let mut depth = 0;
    for (at, word) in words.iter().enumerate() {
        match word.text {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" if depth == 0 => return at,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 && word.text == "}" {
                    return at + 1;
                }
            }
            ";" | "," if depth == 0 => return at + 1,
            _ => {}
        }
    }
    words.len()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How long the comment is that `rest` begins with.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let (mut depth, mut left) = (0, rest);
    loop {
        if let Some(after) = left.strip_prefix("/*") {
            (depth, left) = (depth + 1, after);
        } else if let Some(after) = left.strip_prefix("*/") {
            (depth, left) = (depth - 1, after);
        } else {
            let mut chars = left.chars();
            let end = chars.next().is_none();
            left = chars.as_str();
            if end {
                return Some(rest.len());
            }
        }
        if depth == 0 {
            return Some(rest.len() - left.len());
        }
    }
}

/// How long the text or the character in quotes is that `rest` begins with, its prefix (`b`, `c`, `r#`) included.
fn quoted(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    if let Some(raw) = after.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(body) = raw.trim_start_matches('#').strip_prefix('"') {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = body.find(&close).map_or(body.len(), |at| at + close.len());
            return Some(rest.len() - body.len() + end);
        }
    }
    if let Some(body) = after.strip_prefix('"') {
        return Some(rest.len() - body.len() + closed(body, '"'));
    }
    let body = after.strip_prefix('\'')?;
    let mut chars = body.chars();
    // Otherwise it is a lifetime: its quote is a character by itself.
    let is_character = chars.next() == Some('\\') || chars.next() == Some('\'');
    is_character.then(|| rest.len() - body.len() + closed(body, '\''))
}

/// The position of the closing quote, and the one after it.
fn closed(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    body.len()
}

#[test]
fn comments_and_quotes_hold_no_words() {
    let source = r####"
        a::b // use crate::no;
        /* use /* crate */ ::no; */ "crate::\"no" r#"crate"no"# b"no" 'n' '\'' '"' &'life c
    "####;
    let found: Vec<_> = words(source).iter().map(|word| word.text).collect();
    assert_eq!(found, ["a", "::", "b", "&", "'", "life", "c"]);
    assert_eq!(words(source).iter().map(|word| word.line).collect::<Vec<_>>(), [2, 2, 2, 3, 3, 3, 3]);
}

#[test]
fn what_ships_has_no_items_for_tests() {
    let source = "fn a() { b } #[cfg(test)] #[expect(x)] mod tests { fn c() { d() } } e \
                  #[cfg(test)] use f::{g, h}; i #[cfg(test)] mod j; \"k\" #[cfg(unix)] l { #[cfg(test)] m, #[cfg(test)] n }";
    let found: Vec<_> = shipped(words_and_texts(source)).iter().map(|word| word.text).collect();
    assert_eq!(found.join(" "), "fn a ( ) { b } e ; i \"k\" # [ cfg ( unix ) ] l { }");
}
