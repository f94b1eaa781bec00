// The authorization endpoint: Jeton reads the request and writes the answer; who the user is and what they allow is decided here.
import { randomBytes } from 'node:crypto'
import { backend, serviceId } from './backend.mjs'
import { answer, bodyOf, fault, html, json, redirect } from './http.mjs'
import { consentPage, loginPage } from './pages.mjs'
import { authenticated, claimsOf, sessionOf, signIn } from './people.mjs'

/** Requests that wait for an answer of the same browser; a ticket of Jeton's lives for a day. */
const MOST_PENDING = 20

/** `GET` and `POST /authorize`. */
export async function authorize(request, response, url) {
  const parameters = request.method === 'GET' ? url.search.slice(1) : await bodyOf(request)
  if (parameters === undefined) return json(response, 413, { error: 'invalid_request' })
  const asked = await backend.authorization.processRequest({ serviceId, authorizationRequest: { parameters } })
  switch (asked.action) {
    case 'INTERACTION':
      return interact(response, asked, sessionOf(request, response))
    case 'NO_INTERACTION':
      return decideAlone(response, asked, sessionOf(request, response))
    default:
      return finish(response, asked)
  }
}

/** Whether the person who is signed in will do for this request. */
const tooOld = ({ maxAge }, session) => maxAge > 0 && Date.now() / 1000 - session.since > maxAge
const another = ({ subject }, session) => subject && session.person?.subject !== subject
const willDo = (asked, session) => session.person && !tooOld(asked, session) && !another(asked, session)

/** Shows the page that comes next. */
function interact(response, asked, session) {
  const id = randomBytes(16).toString('base64url')
  if (session.pending.size >= MOST_PENDING) session.pending.delete(session.pending.keys().next().value)
  session.pending.set(id, asked)
  if (willDo(asked, session) && !asked.prompts?.includes('LOGIN')) return html(response, consentPage(id, { ...asked, person: session.person }))
  return html(response, loginPage(id, asked))
}

/** `prompt=none`: no page may be shown. Jeton remembers what the person has granted to the client. */
async function decideAlone(response, asked, session) {
  if (!session.person) return fail(response, asked.ticket, 'NOT_LOGGED_IN')
  if (tooOld(asked, session)) return fail(response, asked.ticket, 'EXCEEDS_MAX_AGE')
  if (another(asked, session)) return fail(response, asked.ticket, 'DIFFERENT_SUBJECT')
  const { subject } = session.person
  const { mergedGrantedScopes = [] } = await backend.client.management.getGrantedScopes({
    serviceId,
    clientId: String(asked.client.clientId),
    subjectPathParameter: subject,
    subjectQueryParameter: subject,
  })
  const covered = (asked.scopes ?? []).every((scope) => mergedGrantedScopes.includes(scope.name))
  return covered ? issue(response, asked, session) : fail(response, asked.ticket, 'CONSENT_REQUIRED')
}

/** `POST /login`, from the page. */
export async function login(request, response) {
  const { form, asked, session } = await answered(request, response)
  if (!asked) return gone(response)
  const person = authenticated(form.get('username') ?? '', form.get('password') ?? '')
  if (!person || (asked.subject && asked.subject !== person.subject)) {
    return html(response, loginPage(form.get('id'), { ...asked, loginHint: form.get('username'), wrong: true }))
  }
  signIn(response, session, person)
  return html(response, consentPage(form.get('id'), { ...asked, person }))
}

/** `POST /consent`, from the page. */
export async function consent(request, response) {
  const { form, asked, session } = await answered(request, response)
  if (!asked || !session.person) return gone(response)
  session.pending.delete(form.get('id'))
  return form.get('decision') === 'approve' ? issue(response, asked, session) : fail(response, asked.ticket, 'DENIED')
}

/** What a page sent: only the browser that was shown the page can answer it. */
async function answered(request, response) {
  const session = sessionOf(request, response)
  const form = new URLSearchParams(await bodyOf(request))
  return { form, session, asked: session.pending.get(form.get('id')) }
}

const gone = (response) => answer(response, 400, 'text/plain', 'This page is too old. Go back to the application and try again.')

async function issue(response, asked, session) {
  const { subject } = session.person
  const claims = claimsOf(subject, asked.claims)
  const authorizationIssueRequest = { ticket: asked.ticket, subject, authTime: session.since, claims: JSON.stringify(claims) }
  return finish(response, await backend.authorization.issue({ serviceId, authorizationIssueRequest }))
}

async function fail(response, ticket, reason) {
  return finish(response, await backend.authorization.fail({ serviceId, authorizationFailRequest: { ticket, reason } }))
}

/** The end of a request: back to the client, or an error for the user. */
function finish(response, { action, responseContent }) {
  switch (action) {
    case 'LOCATION':
      return redirect(response, responseContent)
    case 'FORM':
      // The page that Jeton wrote posts itself to the client.
      return html(response, responseContent, { 'Content-Security-Policy': "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'" })
    case 'BAD_REQUEST':
      return json(response, 400, responseContent)
    default:
      return fault(response)
  }
}
