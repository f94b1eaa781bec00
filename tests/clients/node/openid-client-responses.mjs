// npm openid-client 6 and the other ways an authorization can be answered: hybrid, implicit, in a fragment, by form.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from './case.mjs'
import { discover } from './openid-client-config.mjs'
import { Person } from './person.mjs'

/** A client of this response type, and a person's way back to it. */
async function authorize(use, parameters = {}) {
  const config = await discover()
  use.forEach((change) => change(config))
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: the.redirect_uri,
    scope: 'openid profile',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  const { callback } = await new Person(the).authorize(address, the.redirect_uri)
  return { config, checks, callback }
}
/** Redeems, and asks who it is. */
async function redeem({ config, checks, callback }) {
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  const { name } = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  assert.equal(name, the.name)
  return tokens
}

await step('hybrid', async () => {
  const way = await authorize([client.useCodeIdTokenResponseType])
  assert(new URLSearchParams(way.callback.hash.slice(1)).get('id_token'), 'in the fragment')
  await redeem(way)
})

await step('hybrid-by-form', async () => {
  const way = await authorize([client.useCodeIdTokenResponseType], { response_mode: 'form_post' })
  assert.equal(way.callback.method, 'POST')
  await redeem(way)
})

await step('implicit', async () => {
  const { config, checks, callback } = await authorize([client.useIdTokenResponseType])
  assert(!callback.hash.includes('access_token'))
  const claims = await client.implicitAuthentication(config, callback, checks.expectedNonce, { expectedState: checks.expectedState })
  assert.equal(claims.name, the.name, 'there is no access token to ask with')
})

await step('implicit-by-form', async () => {
  const { config, checks, callback } = await authorize([client.useIdTokenResponseType], { response_mode: 'form_post' })
  const { expectedState, expectedNonce } = checks
  assert((await client.implicitAuthentication(config, callback, expectedNonce, { expectedState })).sub)
})

await step('code-by-form', async () => {
  const way = await authorize([], { response_mode: 'form_post' })
  assert.equal(way.callback.method, 'POST')
  await redeem(way)
})

await step('code-in-a-fragment', async () => {
  const { callback, checks, config } = await authorize([], { response_mode: 'fragment' })
  // The library reads a code from the query, as it asks for it: an application with a page of its own moves it there.
  const moved = new URL(callback)
  moved.search = moved.hash.slice(1)
  moved.hash = ''
  await redeem({ callback: moved, checks, config })
})

await step('claims-asked-for-by-name', async () => {
  const claims = JSON.stringify({ id_token: { email: null, acr: null }, userinfo: { email: { essential: true } } })
  const { config, checks, callback } = await authorize([], { claims })
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  assert.equal(tokens.claims().email, 'alice@example.com')
  assert(tokens.claims().acr)
  assert.equal((await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).email, 'alice@example.com')
})
