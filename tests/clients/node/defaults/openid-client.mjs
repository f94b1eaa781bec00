// npm openid-client with its defaults: an issuer, an id, a secret. Plain HTTP is all that it has to be told.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from '../case.mjs'
import { Person } from '../person.mjs'
import { runs } from './versions.mjs'

runs('openid-client')
const issuer = new URL(the.issuer)
const http = { execute: [client.allowInsecureRequests] }

const config = await step('discovery', () => client.discovery(issuer, the.client_id, the.client_secret, undefined, http))

/** Signs somebody in for the client of `configuration`. */
async function signIn(configuration, scope) {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const address = client.buildAuthorizationUrl(configuration, {
    redirect_uri: the.redirect_uri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const { callback } = await new Person(the).authorize(address, the.redirect_uri)
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  return client.authorizationCodeGrant(configuration, callback, checks)
}

const tokens = await step('code', () => signIn(config, 'openid profile offline_access'))
const { sub } = tokens.claims()
await step('userinfo', async () => assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub)).name, the.name))
const fresh = await step('refresh', () => client.refreshTokenGrant(config, tokens.refresh_token))
await step('introspection', async () => assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, true))
await step('revocation', async () => {
  await client.tokenRevocation(config, fresh.access_token)
  assert.equal((await client.tokenIntrospection(config, fresh.access_token)).active, false)
})
await step('client-credentials', () => client.clientCredentialsGrant(config))
await step('sign-out', async () => {
  const address = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: the.post_logout_redirect_uri })
  await new Person(the).authorize(address, the.post_logout_redirect_uri)
})
await step('registration', async () => {
  const registered = await client.dynamicClientRegistration(issuer, { redirect_uris: [the.redirect_uri] }, undefined, http)
  const { id_token } = await signIn(registered, 'openid')
  assert(id_token)
})
