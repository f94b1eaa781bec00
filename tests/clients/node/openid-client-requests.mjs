// npm openid-client 6 and requests that do not travel through the browser in the clear: pushed, signed, both; and signed user info.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from './case.mjs'
import { privateKey } from './methods.mjs'
import { Person } from './person.mjs'

const key = await privateKey(the.private_key)
const config = await client.discovery(
  new URL(the.issuer),
  the.client_id,
  { userinfo_signed_response_alg: 'ES256' },
  client.ClientSecretBasic(the.client_secret),
  { timeout: 300, execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
)

/** Builds a request as `build` says, takes a new person through it, redeems the code, and asks who it is. */
async function signIn(build) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const address = await build({
    redirect_uri: the.redirect_uri,
    scope: 'openid profile',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const { callback } = await new Person(the).authorize(address, the.redirect_uri)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  return { address, tokens, info: await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub) }
}

await step('pushed', async () => {
  const { address } = await signIn((parameters) => client.buildAuthorizationUrlWithPAR(config, parameters))
  assert.deepEqual([...address.searchParams.keys()].toSorted(), ['client_id', 'request_uri'])
  const page = await fetch(address, { redirect: 'manual' })
  const where = page.headers.get('location') ?? ''
  assert(page.status >= 400 || where.includes('error='), 'a pushed request works once')
})

await step('signed', async () => {
  const { address } = await signIn((parameters) => client.buildAuthorizationUrlWithJAR(config, parameters, key))
  assert(address.searchParams.get('request'))
})

await step('signed-and-pushed', () =>
  signIn(async (parameters) => {
    const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
    return client.buildAuthorizationUrlWithPAR(config, signed.searchParams)
  }),
)

await step('signed-by-another', async () => {
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
  const forged = { kid: key.kid, key: other.privateKey }
  await assert.rejects(
    signIn(async (parameters) => {
      const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, forged)
      return client.buildAuthorizationUrlWithPAR(config, signed.searchParams)
    }),
    { error: 'invalid_request_object' },
  )
})

await step('signed-user-info', async () => {
  // The library takes user info as a JWT only, since it is registered so, and checks its signature.
  const { info, tokens } = await signIn((parameters) => client.buildAuthorizationUrl(config, parameters))
  assert.equal(info.name, the.name)
  const answer = await client.fetchProtectedResource(config, tokens.access_token, new URL(config.serverMetadata().userinfo_endpoint), 'GET')
  assert.match(answer.headers.get('content-type'), /^application\/jwt/)
})
