// What APIs and clients ask about tokens: introspection and user info.
import { timingSafeEqual } from 'node:crypto'
import { backend, serviceId } from './backend.mjs'
import { answer, basicOf, bearerOf, bodyOf, fault, json } from './http.mjs'
import { claimsOf } from './people.mjs'
import { resourceServers } from './settings.mjs'

const known = ({ clientId, clientSecret = '' }) => {
  const secret = Object.hasOwn(resourceServers, clientId ?? '') ? resourceServers[clientId] : undefined
  return secret?.length === clientSecret.length && timingSafeEqual(Buffer.from(secret), Buffer.from(clientSecret))
}

/** `POST /introspect` (RFC 7662), for the APIs in settings.mjs: Jeton leaves to this server who may ask. */
export async function introspect(request, response) {
  if (!known(basicOf(request))) return json(response, 401, { error: 'invalid_client' }, { 'WWW-Authenticate': 'Basic realm="harbour"' })
  const parameters = await bodyOf(request)
  if (parameters === undefined) return json(response, 413, { error: 'invalid_request' })
  const { action, responseContent } = await backend.introspection.standardProcess({ serviceId, standardIntrospectionRequest: { parameters } })
  if (action === 'OK') return json(response, 200, responseContent)
  return action === 'BAD_REQUEST' ? json(response, 400, responseContent) : fault(response)
}

const REFUSED = { BAD_REQUEST: 400, UNAUTHORIZED: 401, FORBIDDEN: 403 }

/** `GET` and `POST /userinfo` (OpenID Connect Core section 5.3). */
export async function userInfo(request, response) {
  const token = bearerOf(request)
  if (!token) return answer(response, 401, undefined, undefined, { 'WWW-Authenticate': 'Bearer' })
  const asked = await backend.userinfo.process({ serviceId, userinfoRequest: { token } })
  const ended =
    asked.action === 'OK'
      ? await backend.userinfo.issue({ serviceId, userinfoIssueRequest: { token, claims: JSON.stringify(claimsOf(asked.subject, asked.claims)) } })
      : asked
  if (ended.action === 'JSON') return json(response, 200, ended.responseContent)
  if (ended.action === 'JWT') return answer(response, 200, 'application/jwt', ended.responseContent)
  const status = REFUSED[ended.action]
  return status ? answer(response, status, undefined, undefined, { 'WWW-Authenticate': ended.responseContent }) : fault(response)
}
