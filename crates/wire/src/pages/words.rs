//! What a refusal means to the person at the screen. What the administrator or the makers of an app can do about it says `jeton explain`,
//! by the reference.

use jeton_core::refusal::{Class, Refusal};
use jeton_core::refusals::{
    CLIENT_UNKNOWN, INTERACTION_INVALID, METHOD_NOT_ALLOWED, NOT_FOUND, POST_LOGOUT_REDIRECT_URI_UNREGISTERED,
    REDIRECT_URI_MALFORMED, REDIRECT_URI_UNREGISTERED, REQUEST_URI_INVALID, SERVICE_DISABLED,
};

/// A title, and what it means and what to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

const START_AGAIN: &str = "Please start again";
const BAD_LINK: &str = "This link does not work";

/// Refusals whose class does not say enough.
const EXCEPTIONS: &[(Refusal, Words)] = &[
    (
        INTERACTION_INVALID,
        Words {
            title: START_AGAIN,
            text: "The page is no longer valid: it was open for too long, was answered before, or belongs to another browser. Go back \
                   to the app that you want to use, and start again there.",
        },
    ),
    (
        REQUEST_URI_INVALID,
        Words {
            title: START_AGAIN,
            text: "This sign-in was finished before, or it took too long. Go back to the app that you want to use, and start again \
                   there.",
        },
    ),
    (
        CLIENT_UNKNOWN,
        Words {
            title: "This app is not known here",
            text: "The app that sent you here is not known to this server, or is switched off. Nothing was shared with it. Please \
                   tell the people who run the app.",
        },
    ),
    (REDIRECT_URI_UNREGISTERED, BAD_RETURN),
    (REDIRECT_URI_MALFORMED, BAD_RETURN),
    (
        POST_LOGOUT_REDIRECT_URI_UNREGISTERED,
        Words {
            title: BAD_LINK,
            text: "The app that sent you here to sign out wants you to go on at an address that it may not use. Nothing has changed: \
                   who was signed in here still is.",
        },
    ),
    (
        NOT_FOUND,
        Words {
            title: "There is no such page",
            text: "Nothing is at this address. Check it, or go back to the app that you want to use.",
        },
    ),
    (
        METHOD_NOT_ALLOWED,
        Words {
            title: "This address is no page",
            text: "It only takes what a form on another page sends. Go back to the app that you want to use, and start again there.",
        },
    ),
    (
        SERVICE_DISABLED,
        Words {
            title: "This service is switched off",
            text: "Nobody can sign in here at the moment. Please try again later.",
        },
    ),
];

const BAD_RETURN: Words = Words {
    title: BAD_LINK,
    text: "The app that sent you here asks for the answer at an address that it may not use. Nothing was shared with it. Please tell \
           the people who run the app.",
};

/// The words for a refusal.
pub(super) fn words(refusal: &Refusal) -> Words {
    crate::exception(EXCEPTIONS, refusal).unwrap_or_else(|| usual(refusal.class()))
}

const fn usual(class: Class) -> Words {
    match class {
        Class::Malformed | Class::Unauthenticated | Class::Missing | Class::Conflict | Class::TooLarge => Words {
            title: BAD_LINK,
            text: "This server does not understand what the app that sent you here asks for. It is no mistake of yours, and nothing \
                   was shared. Go back to the app and try again; if that does not help, tell the people who run it.",
        },
        Class::Forbidden => Words {
            title: "This is not allowed",
            text: "The app that sent you here, or your account, may not do this. Nothing was shared.",
        },
        Class::Gone | Class::Pending => Words {
            title: START_AGAIN,
            text: "What this page was about has ended. Go back to the app that you want to use, and start again there.",
        },
        Class::NeedsInteraction => Words {
            title: START_AGAIN,
            text: "You need to sign in first. Go back to the app that you want to use, and start again there.",
        },
        Class::Throttled => Words {
            title: "Please wait a moment",
            text: "Too many requests came in a short time, so this one was not answered. Please try again in a minute.",
        },
        Class::Unavailable => Words {
            title: "Please try again in a moment",
            text: "The server cannot answer at the moment. Nothing was changed.",
        },
        Class::Fault => Words {
            title: "Something went wrong here",
            text: "It is a mistake of this server, not of yours. Please try again; if that does not help, ask for help.",
        },
    }
}
