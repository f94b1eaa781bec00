//! Links between our pages lead somewhere.

use std::path::Path;

use crate::tree::{none, root, texts};

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut broken = Vec::new();
    for page in texts().iter().filter(|page| page.path.ends_with(".md")) {
        for target in links(&page.text).filter(|target| !target.contains("://") && !target.starts_with("mailto:")) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
            let place = if file.is_empty() { root().join(&page.path) } else { root().join(folder).join(file) };
            let there = std::fs::read_to_string(&place);
            let good = place.exists() && (anchor.is_empty() || there.is_ok_and(|text| has_anchor(&text, anchor)));
            if !good {
                broken.push(format!("{}: {target}", page.path));
            }
        }
    }
    none(&broken, "Correct these links (file or heading is not there):");
}

/// The text between `](` and `)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split([')', '\n']).next())
}

/// Whether a page has the heading or the named place.
fn has_anchor(text: &str, anchor: &str) -> bool {
    let heading = |line: &str| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect::<String>()
    };
    text.contains(&format!("id=\"{anchor}\""))
        || text.lines().filter(|line| line.starts_with('#')).any(|line| heading(line) == anchor)
}
