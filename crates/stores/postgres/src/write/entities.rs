//! Writes of entities (services, clients, users and the like): rare, one statement each.

use jeton_model::name_key::clashing_range;
use jeton_model::store::{StoreError, Write};

use crate::records::{Param, document_place, json};

/// A statement with its parameters. `counts`: the rows it touches are changes that the outcome reports.
pub(super) struct Single<'a> {
    pub(super) sql: &'static str,
    pub(super) parameters: Vec<Param<'a>>,
    pub(super) counts: bool,
}

/// Whether a write is one of these.
pub(super) fn is_of_entity(write: &Write) -> bool {
    !matches!(
        write,
        Write::Token { .. }
            | Write::Grant(_)
            | Write::SingleUse(_)
            | Write::Event(_)
            | Write::RevokeToken { .. }
            | Write::RevokeGrant { .. }
            | Write::AmendToken { .. }
            | Write::AmendGrant { .. }
            | Write::Used(_)
    )
}

/// What does a write; nothing for writes that are gathered.
pub(super) fn statements(write: &Write) -> Result<Vec<Single<'_>>, StoreError> {
    Ok(match write {
        Write::Service(s) => vec![put(
            "INSERT INTO services (id, issuer, body) VALUES ($1::bigint, $2::text, $3::text) \
             ON CONFLICT (id) DO UPDATE SET issuer = excluded.issuer, body = excluded.body",
            vec![Box::new(s.id.sql()), Box::new(&*s.issuer), Box::new(json(s)?)],
        )],
        Write::Client(c) => vec![put(
            "INSERT INTO clients (id, service, client_id, body) VALUES ($1::bigint, $2::bigint, $3::text, \
             $4::text) ON CONFLICT (id) DO UPDATE \
             SET service = excluded.service, client_id = excluded.client_id, body = excluded.body",
            vec![Box::new(c.key.sql()), Box::new(c.service.sql()), Box::new(c.client_id.as_str()), Box::new(json(c)?)],
        )],
        Write::User(u) => vec![put(
            // The key stays while the name does: a user whose name clashes keeps theirs. Where others clash by this key, one of
            // their keys is taken, which is refused like any other.
            "INSERT INTO users (id, service, sub, username, phone, body, name_key) VALUES ($1::bigint, $2::bigint, $3::text, \
             $4::text, $5::text, $6::text, coalesce(\
             (SELECT o.name_key FROM users AS o WHERE o.id = $1::bigint AND o.service = $2::bigint AND o.username = $4::text), \
             (SELECT o.name_key FROM users AS o WHERE o.service = $2::bigint AND o.id <> $1::bigint \
             AND o.name_key > $8::bytea AND o.name_key < $9::bytea LIMIT 1), $7::bytea)) ON CONFLICT (id) \
             DO UPDATE SET service = excluded.service, sub = excluded.sub, username = excluded.username, \
             phone = excluded.phone, body = excluded.body, name_key = excluded.name_key",
            vec![
                Box::new(u.key.sql()),
                Box::new(u.service.sql()),
                Box::new(&*u.sub),
                Box::new(&*u.username),
                Box::new(u.phone().map(|phone| phone.as_str().to_owned())),
                Box::new(json(u)?),
                Box::new(u.name_key().into_bytes()),
                Box::new(clashing_range(&u.name_key()).0.into_bytes()),
                Box::new(clashing_range(&u.name_key()).1.into_bytes()),
            ],
        )],
        Write::Key(k) => vec![put(
            "INSERT INTO keys (id, service, alg, generation, body) VALUES ($1::bigint, $2::bigint, $3::text, $4::bigint, \
             $5::text) ON CONFLICT (id) \
             DO UPDATE SET service = excluded.service, alg = excluded.alg, generation = excluded.generation, \
             body = excluded.body",
            vec![
                Box::new(k.id.sql()),
                Box::new(k.service.sql()),
                Box::new(&*k.alg),
                Box::new(k.generation),
                Box::new(json(k)?),
            ],
        )],
        Write::Device(d) => vec![put(
            "INSERT INTO devices (id, service, name, body) VALUES ($1::bigint, $2::bigint, $3::text, $4::text) ON CONFLICT (id) \
             DO UPDATE SET service = excluded.service, name = excluded.name, body = excluded.body",
            vec![Box::new(d.id.sql()), Box::new(d.service.sql()), Box::new(&*d.name), Box::new(json(d)?)],
        )],
        Write::Document(d) => {
            let place = document_place(&d.owner, &d.name);
            vec![
                // The name decides, and the number may be another one than before.
                put(
                    "DELETE FROM documents WHERE service = $1::bigint AND kind = $2::smallint \
                     AND place = $3::bytea AND id <> $4::bigint",
                    vec![
                        Box::new(d.service.sql()),
                        Box::new(d.kind.sql()),
                        Box::new(place.clone()),
                        Box::new(d.id.sql()),
                    ],
                ),
                put(
                    "INSERT INTO documents (id, service, kind, owner, name, place, body) \
                     VALUES ($1::bigint, $2::bigint, $3::smallint, $4::text, $5::text, $6::bytea, $7::text) ON CONFLICT (id) DO UPDATE SET service = excluded.service, \
                     kind = excluded.kind, owner = excluded.owner, name = excluded.name, place = excluded.place, \
                     body = excluded.body",
                    vec![
                        Box::new(d.id.sql()),
                        Box::new(d.service.sql()),
                        Box::new(d.kind.sql()),
                        Box::new(&*d.owner),
                        Box::new(&*d.name),
                        Box::new(place),
                        Box::new(json(d)?),
                    ],
                ),
            ]
        }
        Write::DeleteClient(key) => vec![delete("DELETE FROM clients WHERE id = $1::bigint", key.sql())],
        Write::DeleteUser(key) => vec![delete("DELETE FROM users WHERE id = $1::bigint", key.sql())],
        Write::DeleteKey(id) => vec![delete("DELETE FROM keys WHERE id = $1::bigint", id.sql())],
        Write::DeleteDocument(id) => vec![delete("DELETE FROM documents WHERE id = $1::bigint", id.sql())],
        Write::DropSingleUse { kind, key } => vec![Single {
            sql: "DELETE FROM once_entries WHERE kind = $1::smallint AND key = $2::bytea",
            parameters: vec![Box::new(kind.sql()), Box::new(key.0.as_slice())],
            counts: true,
        }],
        Write::Token { .. }
        | Write::Grant(_)
        | Write::SingleUse(_)
        | Write::Event(_)
        | Write::RevokeToken { .. }
        | Write::RevokeGrant { .. }
        | Write::AmendToken { .. }
        | Write::AmendGrant { .. }
        | Write::Used(_) => Vec::new(),
    })
}

fn put<'a>(sql: &'static str, parameters: Vec<Param<'a>>) -> Single<'a> {
    Single { sql, parameters, counts: false }
}

fn delete<'a>(sql: &'static str, id: i64) -> Single<'a> {
    Single { sql, parameters: vec![Box::new(id)], counts: true }
}
