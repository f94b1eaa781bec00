// Who can sign in, and who is signed in. A real server asks its own user database; Jeton never sees a password.
import { randomBytes, timingSafeEqual } from 'node:crypto'

const PEOPLE = [
  { subject: 'mara', username: 'mara', password: 'of the sea', claims: { name: 'Mara Meerman', email: 'mara@harbour.example' } },
  { subject: 'piet', username: 'piet', password: 'of the land', claims: { name: 'Piet Polder', email: 'piet@harbour.example' } },
]

const equal = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** The person with this password, if there is one. */
export const authenticated = (username = '', password = '') =>
  PEOPLE.find((person) => person.username === username && equal(person.password, password))

/** The claims about a person, those with these names. */
export function claimsOf(subject, names = []) {
  const { claims = {} } = PEOPLE.find((person) => person.subject === subject) ?? {}
  return Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)))
}

/** The sessions of browsers, by the value of their cookie. In memory: a restart signs everybody out. */
const sessions = new Map()
const MOST_SESSIONS = 10_000
const COOKIE = 'harbour_session'

/** The session of a request's browser; a new one gets a cookie. */
export function sessionOf(request, response) {
  const given = request.headers.cookie?.match(new RegExp(`(?:^|; )${COOKIE}=([^;]+)`))?.[1]
  return sessions.get(given) ?? keep(response, { person: undefined, since: 0, pending: new Map() })
}

/** Signs a person in, now. The cookie changes, so that nobody who knew the old one is signed in too. */
export function signIn(response, session, person) {
  sessions.delete(session.id)
  keep(response, Object.assign(session, { person, since: Math.floor(Date.now() / 1000) }))
}

/** Gives a session a new cookie. The oldest session makes room for it. */
function keep(response, session) {
  session.id = randomBytes(32).toString('base64url')
  if (sessions.size >= MOST_SESSIONS) sessions.delete(sessions.keys().next().value)
  sessions.set(session.id, session)
  // Behind TLS, add `Secure`.
  response.setHeader('Set-Cookie', `${COOKIE}=${session.id}; HttpOnly; SameSite=Lax; Path=/`)
  return session
}
