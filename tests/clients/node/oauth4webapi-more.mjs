// npm oauth4webapi 3: devices, registration, and the ID token that comes along with a code.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { step, the } from './case.mjs'
import { Person } from './person.mjs'

const insecure = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(the.issuer)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
const client = { client_id: the.client_id }
const authentication = oauth.ClientSecretBasic(the.client_secret)

await step('device', async () => {
  const asked = await oauth.deviceAuthorizationRequest(as, client, authentication, { scope: 'openid profile' }, insecure)
  const codes = await oauth.processDeviceAuthorizationResponse(as, client, asked)
  const poll = async () => {
    const answer = await oauth.deviceCodeGrantRequest(as, client, authentication, codes.device_code, insecure)
    return oauth.processDeviceCodeResponse(as, client, answer)
  }
  await assert.rejects(poll(), { error: 'authorization_pending' })
  await new Person(the).authorize(codes.verification_uri_complete)
  await new Promise((resolve) => setTimeout(resolve, 1000 * codes.interval))
  assert(oauth.getValidatedIdTokenClaims(await poll()).sub)
})

await step('hybrid', async () => {
  const [verifier, state, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState(), oauth.generateRandomNonce()]
  const address = new URL(as.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: the.client_id,
    response_type: 'code id_token',
    redirect_uri: the.redirect_uri,
    scope: 'openid profile',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const { callback } = await new Person(the).authorize(address, the.redirect_uri)
  const parameters = await oauth.validateCodeIdTokenResponse(as, client, callback, nonce, state, undefined, insecure)
  const answer = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, the.redirect_uri, verifier, insecure)
  await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true })
})

await step('registration', async () => {
  const metadata = { redirect_uris: [the.redirect_uri], application_type: 'native', grant_types: ['authorization_code'] }
  const access = await oauth.clientCredentialsGrantRequest(as, client, authentication, { scope: 'register_client' }, insecure)
  const { access_token } = await oauth.processClientCredentialsResponse(as, client, access)
  const options = { ...insecure, initialAccessToken: access_token }
  const made = await oauth.processDynamicClientRegistrationResponse(await oauth.dynamicClientRegistrationRequest(as, metadata, options))
  assert(made.client_id && made.client_secret && made.registration_access_token)
  assert.deepEqual(made.redirect_uris, [the.redirect_uri])
  const stranger = await oauth.dynamicClientRegistrationRequest(as, metadata, { ...insecure, initialAccessToken: 'not-a-token' })
  assert.equal(stranger.status, 401)
  assert.match(stranger.headers.get('www-authenticate'), /^Bearer/)
})
