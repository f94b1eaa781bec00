//! The statements of the write path, prepared once a session.

use crate::fault::Fault;
use crate::link::{Query, Session};
use crate::records::{events, grants, single_uses, tokens, uses};
use crate::tally;

const LOCK_SINGLE_USE: &str = "SELECT o.kind, o.key, o.service, o.grant_id, o.expires, o.used, o.payload \
    FROM unnest($1::smallint[], $2::bytea[]) AS k(kind, key) \
    JOIN once_entries AS o ON o.kind = k.kind AND o.key = k.key ORDER BY o.kind, o.key FOR UPDATE OF o";

/// What the tally needs to know of a token.
macro_rules! token_columns {
    () => {
        "SELECT id, state, state_at, state_detail, grant_id, service, kind, client, subject_user, subject_name, expires \
         FROM tokens "
    };
}

const LOCK_TOKENS: &str = concat!(token_columns!(), "WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE");

/// The families of `$1`, and those of the tokens `$2`: a token's family never changes.
macro_rules! families {
    ($lock:literal) => {
        concat!(
            "SELECT id, state, state_at, state_reason FROM grants WHERE id = ANY(ARRAY(SELECT unnest($1::bigint[]) \
             UNION SELECT grant_id FROM tokens WHERE id = ANY($2::bigint[]) AND grant_id IS NOT NULL)) ORDER BY id ",
            $lock
        )
    };
}

/// Where some of them end.
const LOCK_GRANTS: &str = families!("FOR UPDATE");

/// Where none ends, and none may end meanwhile.
const HOLD_GRANTS: &str = families!("FOR SHARE");

/// The active tokens of families that end. Adding or ending one of them locks the family, so these are all.
const MEMBERS: &str = concat!(token_columns!(), "WHERE grant_id = ANY($1::bigint[]) AND state = 0");

const ADD_ALIASES: &str = "INSERT INTO token_aliases (service, alias, token) \
    SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[])";

const USE_SINGLE_USE: &str = "UPDATE once_entries AS o SET used = n.used \
    FROM unnest($1::smallint[], $2::bytea[], $3::bigint[]) AS n(kind, key, used) \
    WHERE o.kind = n.kind AND o.key = n.key";

const SET_TOKENS: &str = "UPDATE tokens AS t SET state = n.state, state_at = n.at, state_detail = n.detail \
    FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) AS n(id, state, at, detail) \
    WHERE t.id = n.id";

const SET_GRANTS: &str = "UPDATE grants AS g SET state = n.state, state_at = n.at, state_reason = n.reason \
    FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[]) AS n(id, state, at, reason) \
    WHERE g.id = n.id";

const AMEND_TOKENS: &str = "UPDATE tokens AS t SET scope = coalesce(n.scope, t.scope), \
    expires = CASE WHEN n.moves THEN n.expires ELSE t.expires END, binding = coalesce(n.binding, t.binding), \
    details = coalesce(n.details, t.details) \
    FROM unnest($1::bigint[], $2::text[], $3::bool[], $4::bigint[], $5::bytea[], $6::text[]) \
    AS n(id, scope, moves, expires, binding, details) WHERE t.id = n.id";

const SET_TEXTS: &str = "UPDATE tokens AS t SET verifier = n.verifier, format = $3::smallint \
    FROM unnest($1::bigint[], $2::bytea[]) AS n(id, verifier) WHERE t.id = n.id";

const DROP_ALIASES: &str = "DELETE FROM token_aliases WHERE token = ANY($1::bigint[])";

const AMEND_GRANTS: &str = "UPDATE grants AS g SET scope = coalesce(n.scope, g.scope), \
    expires = CASE WHEN n.moves THEN n.expires ELSE g.expires END, binding = coalesce(n.binding, g.binding), \
    details = coalesce(n.details, g.details) \
    FROM unnest($1::bigint[], $2::text[], $3::bool[], $4::bigint[], $5::bytea[], $6::text[]) \
    AS n(id, scope, moves, expires, binding, details) WHERE g.id = n.id";

/// The length of a stream. The row is recreated if it was removed.
const MARK_STREAM: &str = "INSERT INTO streams (id, seq, seen) VALUES ($1::bigint, $2::bigint, now()) \
    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, seen = excluded.seen";

macro_rules! statements {
    ($($name:ident = $sql:expr),* $(,)?) => {
        /// Prepared statements.
        pub(super) struct Statements {
            $(pub(super) $name: Query,)*
        }

        impl Statements {
            /// Prepares all of them in one round trip.
            pub(super) async fn prepare(session: &Session) -> Result<Self, Fault> {
                let ($($name,)*) = tokio::try_join!($(session.prepare($sql)),*)?;
                Ok(Self { $($name,)* })
            }
        }
    };
}

statements! {
    lock_single_use = LOCK_SINGLE_USE,
    lock_tokens = LOCK_TOKENS,
    lock_grants = LOCK_GRANTS,
    hold_grants = HOLD_GRANTS,
    members = MEMBERS,
    add_tokens = tokens::INSERT,
    add_aliases = ADD_ALIASES,
    add_grants = grants::INSERT,
    add_single_use = single_uses::INSERT,
    replace_single_use = single_uses::REPLACE,
    use_single_use = USE_SINGLE_USE,
    set_tokens = SET_TOKENS,
    set_grants = SET_GRANTS,
    amend_tokens = AMEND_TOKENS,
    set_texts = SET_TEXTS,
    drop_aliases = DROP_ALIASES,
    amend_grants = AMEND_GRANTS,
    add_uses = uses::ADD,
    add_tally = tally::INSERT,
    add_events = events::INSERT,
    mark_stream = MARK_STREAM,
}
