//! Texts that people type into multi-line fields.

/// The text without spaces at the ends of its lines, and with several blank lines reduced to one (`docs/contracts/prodmanager.md`
/// section 2.1). Leading spaces are kept.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank_before = false;
    for (at, line) in text.split('\n').map(str::trim_end).enumerate() {
        if line.is_empty() && blank_before {
            continue;
        }
        blank_before = line.is_empty();
        if at > 0 {
            out.push('\n');
        }
        out.push_str(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn ends_of_lines_are_cut_and_blank_lines_folded() {
        assert_eq!(folded("  nightly report \t"), "  nightly report");
        assert_eq!(folded("one  \r\n two \n\n \n\t\nthree"), "one\n two\n\nthree");
        assert_eq!(folded(""), "");
        assert_eq!(folded("a\n"), "a\n");
        assert_eq!(folded("\n\n\na"), "\na");
    }
}
