// npm openid-client 6 and a person who is signed in already: prompt, max_age, hints, sign-out.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from './case.mjs'
import { discover } from './openid-client-config.mjs'
import { Person } from './person.mjs'

const config = await discover()
const alice = new Person(the)

/** Sends a person through the pages and redeems the code: the tokens, and what was asked on the way. */
async function signIn(person, parameters = {}, more = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
    ...more,
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
  const { callback, answered, pages } = await person.authorize(address, the.redirect_uri)
  return { tokens: await client.authorizationCodeGrant(config, callback, checks), answered, pages }
}
const isRefused = (error, act) => assert.rejects(act, { error })

await step('nobody-is-signed-in', () => isRefused('login_required', signIn(new Person(the), { prompt: 'none' })))

const first = await step('signs-in', async () => {
  const { tokens, answered } = await signIn(alice)
  assert.deepEqual(answered, ['login', 'consent'])
  return tokens
})

await step('is-asked-nothing-again', async () => {
  const { tokens, answered } = await signIn(alice, { prompt: 'none' })
  assert.deepEqual(answered, [])
  assert.equal(tokens.claims().sub, first.claims().sub)
})

await step('a-wider-scope-is-asked-about', async () => {
  await isRefused('consent_required', signIn(alice, { scope: 'openid profile email', prompt: 'none' }))
  assert.deepEqual((await signIn(alice, { scope: 'openid profile email' })).answered, ['consent'])
})

await step('prompt-login-and-consent', async () => {
  assert.deepEqual((await signIn(alice, { prompt: 'login' })).answered, ['login'])
  assert.deepEqual((await signIn(alice, { prompt: 'consent' })).answered, ['consent'])
  assert.deepEqual((await signIn(alice, { prompt: 'login consent' })).answered, ['login', 'consent'])
})

await step('max-age', async () => {
  // The library insists on `auth_time` when it asked for a maximum age.
  const fresh = await signIn(alice, { max_age: '300' }, { maxAge: 300 })
  assert.deepEqual(fresh.answered, [])
  const again = await signIn(alice, { max_age: '0' }, { maxAge: 300 })
  assert.deepEqual(again.answered, ['login'])
  assert(again.tokens.claims().auth_time >= fresh.tokens.claims().auth_time)
  await isRefused('login_required', signIn(alice, { max_age: '0', prompt: 'none' }))
})

// The ID token of the session that there is now: the ones before were replaced when she signed in again.
let latest
await step('hints', async () => {
  const { answered, tokens } = await signIn(alice, { id_token_hint: first.id_token, prompt: 'none' })
  latest = tokens
  assert.deepEqual(answered, [])
  const { pages } = await signIn(new Person(the), { login_hint: 'alice@example.com' })
  assert.match(pages[0], /value="alice@example\.com"/)
})

await step('sign-out', async () => {
  const address = client.buildEndSessionUrl(config, {
    id_token_hint: latest.id_token,
    post_logout_redirect_uri: the.post_logout_redirect_uri,
    state: 'bye',
  })
  const { callback, answered } = await alice.authorize(address, the.post_logout_redirect_uri)
  assert.deepEqual(answered, [], 'the ID token proves that the request is about her')
  assert.equal(callback.searchParams.get('state'), 'bye')
  await isRefused('login_required', signIn(alice, { prompt: 'none' }))
})

await step('sign-out-without-a-hint', async () => {
  await signIn(alice)
  const address = client.buildEndSessionUrl(config, { post_logout_redirect_uri: the.post_logout_redirect_uri })
  const { answered } = await alice.authorize(address, the.post_logout_redirect_uri)
  assert.equal(answered.length, 1, 'she is asked')
  await isRefused('login_required', signIn(alice, { prompt: 'none' }))
})
