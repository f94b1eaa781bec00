// npm openid-client 6 against Jeton: everything an application does with it.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { refused, step, the } from './case.mjs'
import { discover } from './openid-client-config.mjs'
import { Person } from './person.mjs'

const confidential = the.auth_method !== 'none'

const config = await step('discovery', async () => {
  const oauth = await discover(undefined, 'oauth2')
  assert.equal(oauth.serverMetadata().issuer, the.issuer)
  const oidc = await discover()
  const metadata = oidc.serverMetadata()
  assert.equal(metadata.issuer, the.issuer)
  assert(metadata.supportsPKCE())
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
  return oidc
})

if (confidential) {
  await step('client-credentials', async () => {
    const tokens = await client.clientCredentialsGrant(config, { scope: 'api1' })
    assert.equal(tokens.token_type, 'bearer')
    assert.equal(tokens.scope ?? 'api1', 'api1')
    assert.equal(tokens.refresh_token, undefined)
    assert(tokens.expires_in > 0)
  })
  await step('wrong-secret', async () => {
    const impostor = await discover(`${the.client_secret}x`)
    await refused('invalid_client', () => client.clientCredentialsGrant(impostor, { scope: 'api1' }))
  })
  await step('password', async () => {
    const ask = (password) =>
      client.genericGrantRequest(config, 'password', { username: the.username, password, scope: 'openid profile' })
    const tokens = await ask(the.password)
    assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).name, the.name)
    await refused('invalid_grant', () => ask('not the password'))
  })
  await step('scope-not-allowed', () => refused('invalid_scope', () => client.clientCredentialsGrant(config, { scope: 'api1 nobody:ever' })))
}

/** Builds an authorization request and takes a new person through the pages. */
async function signIn(decision) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: the.redirect_uri,
    scope: the.scope,
    prompt: 'consent',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const journey = await new Person(the).authorize(address, the.redirect_uri, decision)
  return { ...journey, checks }
}

let tokens = await step('authorization-code', async () => {
  const { callback, answered, checks } = await signIn()
  assert.deepEqual(answered, ['login', 'consent'])
  assert.equal(callback.searchParams.get('iss'), the.issuer)
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  assert(tokens.access_token && tokens.refresh_token && tokens.id_token)
  const claims = tokens.claims()
  assert.equal(claims.iss, the.issuer)
  assert.equal(claims.aud, the.client_id)
  assert.equal(claims.nonce, checks.expectedNonce)
  return tokens
})
const { sub } = tokens.claims()

await step('mix-up', async () => {
  const { callback, checks } = await signIn()
  callback.searchParams.set('iss', 'https://other.example')
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), ({ cause }) => /iss/.test(cause?.message))
})

await step('wrong-verifier', async () => {
  const { callback, checks } = await signIn()
  checks.pkceCodeVerifier = client.randomPKCECodeVerifier()
  await refused('invalid_grant', () => client.authorizationCodeGrant(config, callback, checks))
})

await step('code-reuse', async () => {
  const { callback, checks } = await signIn()
  const once = await client.authorizationCodeGrant(config, callback, checks)
  await refused('invalid_grant', () => client.authorizationCodeGrant(config, callback, checks))
  await assert.rejects(client.fetchUserInfo(config, once.access_token, sub), 'a code seen twice revokes what it issued')
})

await step('denied', async () => {
  const { callback, checks } = await signIn('deny')
  assert.equal(callback.searchParams.get('error'), 'access_denied')
  assert.equal(callback.searchParams.get('iss'), the.issuer)
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'access_denied' })
})

await step('userinfo', async () => {
  const info = await client.fetchUserInfo(config, tokens.access_token, sub)
  assert.equal(info.sub, sub)
  assert.equal(info.name, the.name)
})

await step('refresh', async () => {
  const before = tokens.refresh_token
  tokens = await client.refreshTokenGrant(config, before)
  assert(tokens.refresh_token, 'a refresh token comes with the answer')
  assert.notEqual(tokens.refresh_token, before, 'the refresh token rotates')
  if (tokens.id_token) assert.equal(tokens.claims().sub, sub)
  await client.fetchUserInfo(config, tokens.access_token, sub)
})

if (confidential) {
  await step('introspection', async () => {
    const access = await client.tokenIntrospection(config, tokens.access_token)
    assert.equal(access.active, true)
    assert.equal(access.client_id, the.client_id)
    assert.equal(access.sub, sub)
    assert.deepEqual(new Set(access.scope.split(' ')), new Set(the.scope.split(' ')))
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true)
    assert.deepEqual(await client.tokenIntrospection(config, 'jtn_at_not_a_token'), { active: false })
  })
}

await step('revocation', async () => {
  await client.tokenRevocation(config, tokens.access_token, { token_type_hint: 'access_token' })
  await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub))
  if (confidential) {
    assert.deepEqual(await client.tokenIntrospection(config, tokens.access_token), { active: false })
    assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true, 'its refresh token stays')
  }
  const last = await client.refreshTokenGrant(config, tokens.refresh_token)
  await client.tokenRevocation(config, last.refresh_token, { token_type_hint: 'refresh_token' })
  await refused('invalid_grant', () => client.refreshTokenGrant(config, last.refresh_token))
  await assert.rejects(client.fetchUserInfo(config, last.access_token, sub), 'a refresh token takes its family along')
})
