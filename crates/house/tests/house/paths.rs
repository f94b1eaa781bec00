//! Every path of the repository that a comment or a page names leads to a file, and every cited section of a contract is there.

use std::path::Path;

use crate::tree::{NOT_OURS, Text, none, read, root, texts};

/// Folders at the root: a word that begins with one is a path.
const FOLDERS: [&str; 5] = ["crates/", "docs/", "fuzz/", "scripts/", "tests/"];

/// A word that ends so is a path too.
const ENDINGS: [&str; 6] = [".rs", ".md", ".sql", ".proto", ".py", ".mjs"];

/// Comments that are copied into a page of another folder, and that folder.
const COPIED: (&str, &str) = ("crates/server/src/config/sections/", "docs");

/// Pages that name files of other projects.
const OF_OTHERS: &str = "docs/contracts/";

#[test]
fn every_path_in_comments_and_pages_leads_somewhere() {
    let mut lost = Vec::new();
    for text in texts().iter().filter(|text| !text.path.starts_with(OF_OTHERS)) {
        for (at, line) in prose(text) {
            lost.extend(
                words(&line)
                    .filter(|word| !leads_somewhere(text, word))
                    .map(|word| format!("{}:{at}: {word}", text.path)),
            );
        }
    }
    none(&lost, "Name these files by their path from the root, or from a folder above the text that names them:");
}

#[test]
fn every_cited_section_of_a_contract_is_there() {
    let mut lost = Vec::new();
    for text in texts().iter().filter(|text| !text.path.starts_with(OF_OTHERS)) {
        let prose = prose(text).into_iter().map(|(_, line)| line).collect::<Vec<_>>().join(" ");
        for cited in prose.split("docs/contracts/").skip(1) {
            let Some((page, rest)) = cited.split_once(".md` section") else { continue };
            let number = number(rest.trim_start_matches(['s', ' ']));
            let contract = read(&format!("docs/contracts/{page}.md"));
            let mut headings = contract.lines().filter_map(|line| line.trim_start_matches('#').strip_prefix(' '));
            if number.is_empty() || !headings.any(|heading| self::number(heading) == number) {
                lost.push(format!("{}: docs/contracts/{page}.md section {number}", text.path));
            }
        }
    }
    none(&lost, "Cite sections that the contract has:");
}

/// The number of a section at the beginning of a text.
fn number(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches('.')
}

/// The lines that people read, with their numbers: a page's code spans and links, the comments of a source.
fn prose(text: &Text) -> Vec<(usize, String)> {
    let lines = text.text.lines().enumerate().map(|(at, line)| (at + 1, line));
    if text.path.ends_with(".md") {
        let mut fenced = false;
        let mut spans = Vec::new();
        for (at, line) in lines {
            fenced ^= line.trim_start().starts_with("```");
            if !fenced && !line.starts_with("    ") {
                let code = line.split('`').skip(1).step_by(2).collect::<Vec<_>>();
                spans.push((at, code.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" ")));
            }
        }
        return spans;
    }
    let mark = match text.path.rsplit('.').next().unwrap_or_default() {
        "rs" => "//",
        "sql" => "--",
        "toml" | "py" | "sh" => "#",
        _ => return Vec::new(),
    };
    let comment = |line: &str| {
        let (before, comment) = line.split_once(mark)?;
        let begins = before.trim().is_empty() || before.ends_with(' ') && !before.contains('"');
        begins.then(|| comment.trim_start_matches(['/', '!', ' ']).to_owned())
    };
    lines.filter_map(|(at, line)| Some((at, comment(line)?))).collect()
}

/// The words of a line that are paths of ours.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let of_a_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '*');
    let word = |word: &str| {
        let is_of_ours = FOLDERS.iter().any(|folder| word.starts_with(folder) && word.len() > folder.len())
            || ENDINGS.iter().any(|ending| word.strip_suffix(ending).is_some_and(|stem| !stem.is_empty()));
        is_of_ours && !word.starts_with(['/', '.', '-'])
    };
    line.split_whitespace()
        .filter(|part| !part.contains("://") && !part.contains('…'))
        .flat_map(move |part| part.split(move |c| !of_a_path(c)))
        .map(|part| part.trim_end_matches('.'))
        .filter(move |part| word(part))
}

/// Whether a word names something: from a folder above the text, or from the `src` of one.
fn leads_somewhere(text: &Text, word: &str) -> bool {
    if Path::new(word).iter().any(|part| NOT_OURS.iter().any(|name| part == *name)) {
        return true;
    }
    let from = Path::new(&text.path).ancestors().skip(1);
    let above = from.flat_map(|folder| [folder.to_owned(), folder.join("src")]);
    let copied = text.path.starts_with(COPIED.0).then(|| COPIED.1.into());
    above.chain(copied).any(|folder| {
        let path = folder.join(word);
        let Some((before, after)) = word.split_once('*') else { return root().join(path).exists() };
        let after = after.rsplit('*').next().unwrap_or_default();
        let begin = folder.join(before);
        texts().iter().any(|text| text.path.starts_with(&*begin.to_string_lossy()) && text.path.ends_with(after))
    })
}
