//! How a refusal is declared.

/// Declares refusals: a constant of each, and `KINDS` with the kinds of all of them, which the crate passes on.
///
/// ```text
/// /// When it is given, with the section of the RFC or contract.
/// NAME_OF_IT {
///     id: "name_of_it", class: Malformed, code: "invalid_request_object",
///     text: "for the caller, with {words} of the case", advice: "What to do about it.",
/// }
/// ```
///
/// `class` is one of [`Class`](crate::refusal::Class). `code` is left out where the class has the right one. `text` is in
/// printable ASCII without `"` and `\`.
#[macro_export]
macro_rules! refusals {
    ($(
        $(#[$doc:meta])*
        $name:ident {
            id: $id:literal, class: $class:ident $(, code: $code:literal)?,
            text: $text:literal,
            advice: $advice:literal $(,)?
        }
    )*) => {
        $(
            $(#[$doc])*
            pub const $name: $crate::refusal::Refusal = {
                static KIND: $crate::refusal::Kind = $crate::refusal::Kind {
                    id: $id,
                    class: $crate::refusal::Class::$class,
                    code: $crate::refusals!(@code $($code)?),
                    text: $text,
                    advice: $advice,
                };
                $crate::refusal::Refusal::of(&KIND)
            };
        )*

        /// The kinds of all refusals that are declared here.
        pub const KINDS: &[&$crate::refusal::Kind] = &[$({
            const DECLARED: &$crate::refusal::Refusal = &$name;
            DECLARED.kind()
        }),*];
    };
    (@code) => { None };
    (@code $code:literal) => { Some($code) };
}
