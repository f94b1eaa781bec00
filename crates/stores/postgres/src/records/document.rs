//! Documents.

use aws_lc_rs::digest::{Context, SHA256};

/// The key of owner and name in the index, whose rows must be short: their SHA-256, each with its length before it.
pub(crate) fn document_place(owner: &str, name: &str) -> Vec<u8> {
    let mut hash = Context::new(&SHA256);
    for part in [owner, name] {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::document_place;

    #[test]
    fn owner_and_name_are_told_apart() {
        assert_ne!(document_place("ab", "c"), document_place("a", "bc"));
    }
}
