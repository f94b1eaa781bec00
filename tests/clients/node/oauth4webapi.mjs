// npm oauth4webapi 3 against Jeton: the low-level client, one call for each message on the wire.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { refused, step, the } from './case.mjs'
import { Person } from './person.mjs'

const insecure = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(the.issuer)
const client = { client_id: the.client_id }
const methods = {
  client_secret_basic: oauth.ClientSecretBasic,
  client_secret_post: oauth.ClientSecretPost,
}
const authentication = (secret = the.client_secret) => methods[the.auth_method](secret)

const as = await step('discovery', async () => {
  const ask = async (algorithm) =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }))
  const metadata = await ask('oauth2')
  assert.deepEqual(await ask('oidc'), metadata, 'both discovery documents say the same')
  assert(metadata.token_endpoint_auth_methods_supported.includes(the.auth_method))
  assert(metadata.code_challenge_methods_supported.includes('S256'))
  return metadata
})

const machine = await step('client-credentials', async () => {
  const answer = await oauth.clientCredentialsGrantRequest(as, client, authentication(), { scope: 'api1' }, insecure)
  assert.match(answer.headers.get('cache-control'), /no-store/)
  return oauth.processClientCredentialsResponse(as, client, answer)
})

await step('jwt-access-token', async () => {
  // RFC 9068, checked as a resource server does: signature by the published keys, issuer, audience, times.
  const [, payload] = machine.access_token.split('.')
  const { aud, sub } = JSON.parse(Buffer.from(payload, 'base64url'))
  assert.equal(sub, the.client_id)
  const call = new Request('http://resource.example/', { headers: { authorization: `Bearer ${machine.access_token}` } })
  const claims = await oauth.validateJwtAccessToken(as, call, [aud].flat()[0], insecure)
  assert.equal(claims.client_id, the.client_id)
  assert.equal(claims.scope, 'api1')
})

await step('wrong-secret', () =>
  refused('invalid_client', async () => {
    const answer = await oauth.clientCredentialsGrantRequest(as, client, authentication('wrong'), { scope: 'api1' }, insecure)
    return oauth.processClientCredentialsResponse(as, client, answer)
  }),
)

await step('password', async () => {
  const ask = async (password) => {
    const parameters = { username: the.username, password, scope: 'openid profile' }
    const answer = await oauth.genericTokenEndpointRequest(as, client, authentication(), 'password', parameters, insecure)
    return oauth.processGenericTokenEndpointResponse(as, client, answer)
  }
  assert(oauth.getValidatedIdTokenClaims(await ask(the.password)).sub)
  await refused('invalid_grant', () => ask('not the password'))
})

/** Builds an authorization request, takes a new person through the pages, checks the response. */
async function signIn() {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const address = new URL(as.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: the.client_id,
    response_type: 'code',
    redirect_uri: the.redirect_uri,
    scope: the.scope,
    prompt: 'consent',
    max_age: '3600',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const { callback, answered } = await new Person(the).authorize(address, the.redirect_uri)
  assert.deepEqual(answered, ['login', 'consent'])
  assert.equal(callback.searchParams.get('iss'), the.issuer)
  // Checks `iss` against the metadata's promise, `state`, and that no parameter comes twice.
  return { parameters: oauth.validateAuthResponse(as, client, callback, state), verifier, nonce }
}

async function redeem({ parameters, verifier, nonce }) {
  const answer = await oauth.authorizationCodeGrantRequest(as, client, authentication(), parameters, the.redirect_uri, verifier, insecure)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, maxAge: 3600, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(as, answer, insecure)
  return tokens
}

let tokens = await step('authorization-code', async () => redeem(await signIn()))
const { sub } = oauth.getValidatedIdTokenClaims(tokens)

await step('wrong-verifier', async () => {
  const response = await signIn()
  response.verifier = oauth.generateRandomCodeVerifier()
  await refused('invalid_grant', () => redeem(response))
})

/** The user info answer of an access token. */
async function userInfo(token) {
  return oauth.processUserInfoResponse(as, client, sub, await oauth.userInfoRequest(as, client, token, insecure))
}

await step('userinfo', async () => {
  assert.equal((await userInfo(tokens.access_token)).name, the.name)
})

await step('refresh', async () => {
  const before = tokens.refresh_token
  const answer = await oauth.refreshTokenGrantRequest(as, client, authentication(), before, insecure)
  tokens = await oauth.processRefreshTokenResponse(as, client, answer)
  assert(tokens.refresh_token, 'a refresh token comes with the answer')
  assert.notEqual(tokens.refresh_token, before, 'the refresh token rotates')
})

async function introspect(token) {
  const answer = await oauth.introspectionRequest(as, client, authentication(), token, insecure)
  return oauth.processIntrospectionResponse(as, client, answer)
}

await step('introspection', async () => {
  const access = await introspect(tokens.access_token)
  assert.equal(access.active, true)
  assert.equal(access.sub, sub)
  assert.equal((await introspect(machine.access_token)).sub, the.client_id)
})

await step('revocation', async () => {
  const revoke = async (token) =>
    oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication(), token, insecure))
  await revoke(machine.access_token)
  assert.deepEqual(await introspect(machine.access_token), { active: false })
  await revoke(tokens.refresh_token)
  assert.deepEqual(await introspect(tokens.refresh_token), { active: false })
  assert.deepEqual(await introspect(tokens.access_token), { active: false }, 'a refresh token takes its family along')
  await assert.rejects(userInfo(tokens.access_token))
  await revoke('never-a-token')
})
