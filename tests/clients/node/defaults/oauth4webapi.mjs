// npm oauth4webapi in the style of its own end-to-end tests: it registers, and goes on with what the answer says.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { step, the } from '../case.mjs'
import { Person } from '../person.mjs'
import { runs } from './versions.mjs'

runs('oauth4webapi')
const http = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(the.issuer)

const as = await step('discovery', async () => oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http)))
const registered = await step('registration', async () => {
  const metadata = {
    client_name: 'oauth4webapi',
    redirect_uris: [the.redirect_uri],
    post_logout_redirect_uris: [the.post_logout_redirect_uri],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: 'openid profile offline_access',
  }
  return oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, metadata, http))
})

/** Everything a relying party does for `client`, once. */
async function live(client, authentication) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const address = new URL(as.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: the.redirect_uri,
    scope: 'openid profile offline_access',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const { callback } = await new Person(the).authorize(address, the.redirect_uri)
  const parameters = oauth.validateAuthResponse(as, client, callback, state)
  const answer = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, the.redirect_uri, verifier, http)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(as, answer, http)
  return tokens
}

const authentication = oauth.ClientSecretBasic(registered.client_secret)
const tokens = await step('code', () => live(registered, authentication))
await step('userinfo', async () => {
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  const answer = await oauth.userInfoRequest(as, registered, tokens.access_token, http)
  assert.equal((await oauth.processUserInfoResponse(as, registered, sub, answer)).name, the.name)
})
const fresh = await step('refresh', async () => {
  const answer = await oauth.refreshTokenGrantRequest(as, registered, authentication, tokens.refresh_token, http)
  return oauth.processRefreshTokenResponse(as, registered, answer)
})
const active = async () => {
  const answer = await oauth.introspectionRequest(as, registered, authentication, fresh.access_token, http)
  return (await oauth.processIntrospectionResponse(as, registered, answer)).active
}
await step('introspection', async () => assert.equal(await active(), true))
await step('revocation', async () => {
  await oauth.processRevocationResponse(await oauth.revocationRequest(as, registered, authentication, fresh.access_token, http))
  assert.equal(await active(), false)
})
await step('sign-out', async () => {
  const address = new URL(as.end_session_endpoint)
  address.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: the.post_logout_redirect_uri })
  await new Person(the).authorize(address, the.post_logout_redirect_uri)
})
await step('configured', () => live({ client_id: the.client_id }, oauth.ClientSecretBasic(the.client_secret)))
