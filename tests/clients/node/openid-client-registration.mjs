// npm openid-client 6 registers itself (RFC 7591), works, and looks after its record (RFC 7592).
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from './case.mjs'
import { issuer } from './openid-client-config.mjs'
import { Person } from './person.mjs'

const wanted = {
  client_name: 'Tide Tables',
  application_type: 'native',
  redirect_uris: [the.redirect_uri],
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid profile offline_access',
}
const options = { timeout: 300, execute: [client.allowInsecureRequests] }
const register = (metadata, more) => client.dynamicClientRegistration(issuer, metadata, undefined, { ...options, ...more })

/** A person's way through the code flow with a registered client. */
async function signIn(config) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: the.redirect_uri,
    scope: 'openid profile offline_access',
    prompt: 'consent',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const { callback, pages } = await new Person(the).authorize(address, the.redirect_uri)
  assert(pages.at(-1).includes('Tide Tables'))
  return client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, idTokenExpected: true })
}

for (const method of ['client_secret_basic', 'client_secret_post', 'none']) {
  await step(`registers-with-${method}`, async () => {
    const auth = { client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost, none: client.None }[method]
    const registered = await register({ ...wanted, token_endpoint_auth_method: method })
    const metadata = registered.clientMetadata()
    assert.equal(metadata.token_endpoint_auth_method, method)
    assert.equal(Boolean(metadata.client_secret), method !== 'none')
    const config = new client.Configuration(registered.serverMetadata(), metadata.client_id, metadata, auth(metadata.client_secret))
    client.allowInsecureRequests(config)
    const tokens = await signIn(config)
    const { sub } = tokens.claims()
    assert.equal((await client.fetchUserInfo(config, tokens.access_token, sub)).name, the.name)
    assert((await client.refreshTokenGrant(config, tokens.refresh_token)).access_token)
  })
}

await step('looks-after-its-record', async () => {
  const registered = await register(wanted)
  const { registration_client_uri, registration_access_token, client_id } = registered.clientMetadata()
  const ask = (method, body) =>
    fetch(registration_client_uri, {
      method,
      headers: { authorization: `Bearer ${registration_access_token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
  assert.equal((await (await ask('GET')).json()).client_id, client_id)
  const renamed = await (await ask('PUT', { ...wanted, client_id, client_name: 'Almanac' })).json()
  assert.equal(renamed.client_name, 'Almanac')
  assert.equal((await ask('DELETE')).status, 204)
  assert.equal((await ask('GET')).status, 401)
})

await step('promises-nothing-it-does-not-keep', () =>
  assert.rejects(register({ ...wanted, redirect_uris: ['https://app.example/cb#here'] }), { error: 'invalid_redirect_uri' }),
)
