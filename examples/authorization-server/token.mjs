// The token endpoint, revocation and pushed requests: clients authenticate at Jeton.
import { backend, serviceId, tokenResponse } from './backend.mjs'
import { basicOf, bodyOf, fault, json } from './http.mjs'
import { authenticated, claimsOf } from './people.mjs'

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="harbour"' }

/** Runs `act` with the raw body and the client's credentials. */
async function asClient(request, response, act) {
  const parameters = await bodyOf(request)
  if (parameters === undefined) return json(response, 413, { error: 'invalid_request' })
  return act({ parameters, ...basicOf(request) })
}

/** `POST /token`. */
export const token = (request, response) =>
  asClient(request, response, async (tokenRequest) => {
    const asked = await tokenResponse(tokenRequest)
    switch (asked.action) {
      case 'OK':
        return json(response, 200, asked.responseContent)
      case 'ID_TOKEN_REISSUABLE':
        return reissue(response, asked)
      case 'PASSWORD':
        return password(response, asked)
      case 'INVALID_CLIENT':
        return json(response, 401, asked.responseContent, CHALLENGE)
      case 'BAD_REQUEST':
        return json(response, 400, asked.responseContent)
      case 'TOKEN_EXCHANGE':
      case 'JWT_BEARER':
        // Jeton has checked the form of these tokens; whom to trust would be decided here.
        return json(response, 400, { error: 'unsupported_grant_type' })
      default:
        return fault(response)
    }
  })

/** A refreshed token, with a new ID token that has the person's claims of today. */
async function reissue(response, { accessToken, jwtAccessToken, refreshToken, subject, requestedIdTokenClaims, responseContent }) {
  const claims = JSON.stringify(claimsOf(subject, requestedIdTokenClaims))
  const idtokenReissueRequest = { accessToken: jwtAccessToken ?? accessToken, refreshToken, claims }
  const reissued = await backend.token.management.reissueIdToken({ serviceId, idtokenReissueRequest })
  // Without a new ID token the answer is whole as well.
  return json(response, 200, reissued.action === 'OK' ? reissued.responseContent : responseContent)
}

/** The password grant: the password is checked here. */
async function password(response, { ticket, username, password }) {
  const person = authenticated(username, password)
  const ended = person
    ? await backend.token.issue({ serviceId, tokenIssueRequest: { ticket, subject: person.subject } })
    : await backend.token.fail({ serviceId, tokenFailRequest: { ticket, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } })
  if (ended.action === 'OK') return json(response, 200, ended.responseContent)
  return ended.action === 'BAD_REQUEST' ? json(response, 400, ended.responseContent) : fault(response)
}

/** `POST /revoke` (RFC 7009). */
export const revoke = (request, response) =>
  asClient(request, response, async (revocationRequest) => {
    const { action, responseContent } = await backend.revocation.process({ serviceId, revocationRequest })
    if (action === 'OK') return json(response, 200, responseContent ?? '')
    if (action === 'INVALID_CLIENT') return json(response, 401, responseContent, CHALLENGE)
    return action === 'BAD_REQUEST' ? json(response, 400, responseContent) : fault(response)
  })

const PUSHED = { CREATED: 201, BAD_REQUEST: 400, UNAUTHORIZED: 401, FORBIDDEN: 403, PAYLOAD_TOO_LARGE: 413 }

/** `POST /par` (RFC 9126). */
export const push = (request, response) =>
  asClient(request, response, async (pushedAuthorizationRequest) => {
    const { action, responseContent } = await backend.pushedAuthorization.create({ serviceId, pushedAuthorizationRequest })
    const status = PUSHED[action]
    return status ? json(response, status, responseContent, status === 401 ? CHALLENGE : {}) : fault(response)
  })
