//! The table of refusals becomes the type, its ids, its texts.

/// `Variant => "stable_id", "text with {values}", "advice";` with the variant's documentation above it.
macro_rules! refusals {
    ($(
        $(#[$doc:meta])*
        $name:ident
        $( ( $($bind:ident : $of:ty),* ) )?
        $( { $( $(#[$field_doc:meta])* $field:ident : $field_of:ty ),* $(,)? } )?
        => $id:literal, $text:literal, $advice:literal;
    )*) => {
        /// Why a request was refused.
        #[derive(Debug)]
        pub enum Refusal {
            $(
                $(#[$doc])*
                $name
                $( ( $($of),* ) )?
                $( { $( $(#[$field_doc])* $field: $field_of ),* } )?
            ),*
        }

        impl Refusal {
            /// The stable ids, with one line each for `jeton explain` and the docs.
            pub const IDS: &'static [(&'static str, &'static str)] = &[$( ($id, $advice) ),*];

            /// The stable id.
            #[must_use]
            pub fn id(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => $id ),*
                }
            }

            /// The text for the other side.
            #[must_use]
            pub fn message(&self) -> std::borrow::Cow<'static, str> {
                match self {
                    $(
                        Self::$name $( ( $($bind),* ) )? $( { $($field),* } )? => {
                            table::text(format_args!($text))
                        }
                    ),*
                }
            }
        }
    };
}

/// A text without values need not be copied.
pub(super) fn text(text: std::fmt::Arguments<'_>) -> std::borrow::Cow<'static, str> {
    match text.as_str() {
        Some(fixed) => fixed.into(),
        None => text.to_string().into(),
    }
}
