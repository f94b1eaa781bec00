// npm openid-client 6 and grants that stand on something a caller holds already: a token (RFC 8693), another issuer's word
// (RFC 7523), a permission ticket (UMA 2.0). oauth4webapi 3 asks for one of each, too.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import * as oauth from 'oauth4webapi'
import { createPrivateKey, sign } from 'node:crypto'
import { refused, step, the } from './case.mjs'

const TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const TICKET = 'urn:ietf:params:oauth:grant-type:uma-ticket'
const as = (id) =>
  client.discovery(new URL(the.issuer), id, undefined, client.ClientSecretBasic(the.secrets[id]), { timeout: 300, execute: [client.allowInsecureRequests] })
const [app, gateway, gallery] = await Promise.all(['app', 'gateway', 'gallery'].map(as))
const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'))

/** The same grant through oauth4webapi, which leaves its parameters to the caller. */
async function byOauth4webapi(id, grant, parameters) {
  const server = { issuer: the.issuer, ...app.serverMetadata() }
  const one = { client_id: id }
  const insecure = { [oauth.allowInsecureRequests]: true }
  const answer = await oauth.genericTokenEndpointRequest(server, one, oauth.ClientSecretBasic(the.secrets[id]), grant, parameters, insecure)
  return oauth.processGenericTokenEndpointResponse(server, one, answer)
}

await step('token-exchange', async () => {
  const person = { username: the.username, password: the.password, scope: 'openid api1' }
  const { access_token } = await client.genericGrantRequest(app, 'password', person)
  const parameters = { subject_token: access_token, subject_token_type: TOKEN, scope: 'api1' }
  const delegated = await client.genericGrantRequest(gateway, EXCHANGE, parameters)
  assert.equal(delegated.issued_token_type, TOKEN)
  const { sub, act } = claimsOf(delegated.access_token)
  assert.equal(sub, claimsOf(access_token).sub)
  assert.equal(act.sub, 'gateway')
  assert.equal(claimsOf((await byOauth4webapi('gateway', EXCHANGE, parameters)).access_token).act.sub, 'gateway')
  await refused('invalid_scope', () => client.genericGrantRequest(gateway, EXCHANGE, { ...parameters, scope: 'api1 email' }))
  await client.tokenRevocation(app, access_token)
  await assert.rejects(client.genericGrantRequest(gateway, EXCHANGE, parameters), 'nothing comes of a token that ended')
})

await step('jwt-bearer', async () => {
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const key = createPrivateKey({ key: the.private_key, format: 'jwk' })
  /** Another issuer's word about a person, made with Node alone. */
  const word = (more) => {
    const now = Math.floor(Date.now() / 1000)
    const claims = { iss: the.other_issuer, sub: the.username, aud: the.issuer, iat: now, exp: now + 60, jti: crypto.randomUUID(), ...more }
    const text = `${encode({ alg: 'ES256', kid: the.private_key.kid, typ: 'JWT' })}.${encode(claims)}`
    return `${text}.${sign('sha256', text, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
  const assertion = word()
  const tokens = await client.genericGrantRequest(app, BEARER, { assertion, scope: 'api1' })
  assert.equal((await client.tokenIntrospection(app, tokens.access_token)).username, the.username)
  assert((await byOauth4webapi('app', BEARER, { assertion: word(), scope: 'api1' })).access_token)
  for (const bad of [assertion, word({ aud: 'https://elsewhere.example' }), word({ sub: 'nobody' }), word({ exp: 1 })]) {
    await refused('invalid_grant', () => client.genericGrantRequest(app, BEARER, { assertion: bad, scope: 'api1' }))
  }
})

await step('uma-ticket', async () => {
  const pat = await client.clientCredentialsGrant(gallery, { scope: 'uma_protection' })
  /** The resource server's own calls, by JSON. */
  const call = async (path, body) => {
    const headers = new Headers({ 'content-type': 'application/json' })
    const answer = await client.fetchProtectedResource(gallery, pat.access_token, new URL(the.issuer + path), 'POST', JSON.stringify(body), headers)
    assert.equal(answer.status, 201, path)
    return answer.json()
  }
  const { _id } = await call('/rs/resource_set', { name: 'Photo', resource_scopes: ['view', 'print'] })
  await call('/policies', { resource_set_ids: [_id], rules: [{ clients: ['app'], scopes: ['view'] }] })
  const ticketFor = async (scope) => (await call('/perm', { resource_id: _id, resource_scopes: [scope] })).ticket
  const ticket = await ticketFor('view')
  const rpt = await client.genericGrantRequest(app, TICKET, { ticket })
  assert((await byOauth4webapi('app', TICKET, { ticket: await ticketFor('view') })).access_token)
  const seen = await client.tokenIntrospection(gallery, rpt.access_token)
  assert.deepEqual(seen.permissions.map(({ resource_id, resource_scopes }) => [resource_id, resource_scopes]), [[_id, ['view']]])
  await refused('invalid_grant', () => client.genericGrantRequest(app, TICKET, { ticket }))
  const other = await ticketFor('print')
  await refused('request_denied', () => client.genericGrantRequest(app, TICKET, { ticket: other }))
})
