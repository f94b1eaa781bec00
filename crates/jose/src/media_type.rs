//! Media types as `typ` and `cty` write them (RFC 7515 §4.1.9 and §4.1.10).

/// Whether two media types are the same: without case, and with or without the `application/` that a writer may leave
/// out.
pub(crate) fn same_type(left: &str, right: &str) -> bool {
    bare_type(left).eq_ignore_ascii_case(bare_type(right))
}

fn bare_type(media_type: &str) -> &str {
    match media_type.split_at_checked("application/".len()) {
        Some((prefix, bare)) if prefix.eq_ignore_ascii_case("application/") && !bare.contains('/') => bare,
        _ => media_type,
    }
}
