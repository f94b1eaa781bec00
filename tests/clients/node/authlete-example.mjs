// npm openid-client 6 as relying party of examples/authorization-server, which has Jeton as its backend.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import * as client from 'openid-client'
import { refused, step, the } from './case.mjs'
import { Person } from './person.mjs'

const folder = new URL('../../../examples/authorization-server/', import.meta.url).pathname
const REDIRECT_URI = 'http://127.0.0.1:9001/cb'
const SCOPE = 'openid profile offline_access tides'
const env = {
  ...process.env,
  JETON_URL: the.base,
  JETON_SERVICE: String(the.service),
  JETON_ACCESS_TOKEN: the.access_token,
  ISSUER: the.issuer,
  RESOURCE_SERVERS: '{"harbour-api":"secret-of-the-harbours-api"}',
}

const registered = await step('setup', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['setup.mjs', REDIRECT_URI], { cwd: folder, env })
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split('=')))
})

const server = spawn(process.execPath, ['server.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
process.on('exit', () => server.kill())
await step('starts', () =>
  new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the example ended with ${code}`)))
    server.stdout.on('data', (said) => String(said).includes('listening') && resolve())
  }),
)

const discover = (id, secret, method = client.ClientSecretBasic) =>
  client.discovery(new URL(the.issuer), id, { id_token_signed_response_alg: 'ES256' }, method(secret), {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })

const config = await step('discovery', async () => {
  const found = await discover(registered.CLIENT_ID, registered.CLIENT_SECRET)
  const metadata = found.serverMetadata()
  assert.equal(metadata.token_endpoint, `${the.issuer}/token`)
  assert(metadata.supportsPKCE() && metadata.scopes_supported.includes('tides'))
  return found
})
const mara = new Person({ username: 'mara', password: 'of the sea' })

/** Goes through the pages; `more` are members of the authorization request. */
async function signIn(person, more = {}, decision = 'approve', build = client.buildAuthorizationUrl) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const address = await build(config, {
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  })
  return { ...(await person.authorize(address, REDIRECT_URI, decision)), checks }
}

let tokens = await step('code-and-pkce', async () => {
  const { callback, answered, checks } = await signIn(mara)
  assert.deepEqual(answered, ['login', 'consent'])
  assert.equal(callback.searchParams.get('iss'), the.issuer)
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  assert(tokens.access_token && tokens.refresh_token)
  const { sub, aud, nonce } = tokens.claims()
  assert.deepEqual([sub, [aud].flat(), nonce], ['mara', [registered.CLIENT_ID], checks.expectedNonce])
  await refused('invalid_grant', () => client.authorizationCodeGrant(config, callback, checks))
  const wrong = await signIn(mara)
  wrong.checks.pkceCodeVerifier = client.randomPKCECodeVerifier()
  await refused('invalid_grant', () => client.authorizationCodeGrant(config, wrong.callback, wrong.checks))
  // The first code was used twice, which ended its tokens.
  const again = await signIn(mara)
  assert.deepEqual(again.answered, ['consent'], 'she is signed in')
  return client.authorizationCodeGrant(config, again.callback, again.checks)
})

await step('userinfo', async () => {
  const said = await client.fetchUserInfo(config, tokens.access_token, 'mara')
  assert.equal(said.name, 'Mara Meerman')
  assert.equal(said.email, undefined, 'the scope is not asked for')
  await assert.rejects(client.fetchUserInfo(config, 'nobody-has-this-token', 'mara'))
})

await step('refresh-and-reissue', async () => {
  const before = tokens
  tokens = await client.refreshTokenGrant(config, before.refresh_token)
  assert.notEqual(tokens.access_token, before.access_token)
  const { sub, iss, aud, nonce, auth_time } = tokens.claims() ?? assert.fail('no new ID token')
  assert.deepEqual([sub, iss, [aud].flat(), nonce], ['mara', the.issuer, [registered.CLIENT_ID], undefined])
  assert.equal(auth_time, before.claims().auth_time)
  await client.fetchUserInfo(config, tokens.access_token, 'mara')
  await refused('invalid_grant', () => client.refreshTokenGrant(config, 'nobody-has-this-token'))
})

const api = await discover('harbour-api', 'secret-of-the-harbours-api')
await step('introspection', async () => {
  const said = await client.tokenIntrospection(api, tokens.access_token)
  assert.deepEqual([said.active, said.sub, said.client_id], [true, 'mara', registered.CLIENT_ID])
  assert.deepEqual(new Set(said.scope.split(' ')), new Set(SCOPE.split(' ')))
  assert.deepEqual(await client.tokenIntrospection(api, 'nobody-has-this-token'), { active: false })
  await assert.rejects(client.tokenIntrospection(config, tokens.access_token), 'this server lets only its APIs ask')
})

await step('revocation', async () => {
  await client.tokenRevocation(config, tokens.access_token)
  assert.deepEqual(await client.tokenIntrospection(api, tokens.access_token), { active: false })
  await refused('invalid_grant', () => client.refreshTokenGrant(config, tokens.refresh_token))
  const impostor = await discover(registered.CLIENT_ID, 'not-its-secret')
  await refused('invalid_client', () => client.tokenRevocation(impostor, tokens.access_token))
})

await step('pushed', async () => {
  const { callback, checks } = await signIn(mara, {}, 'approve', client.buildAuthorizationUrlWithPAR)
  assert.equal((await client.authorizationCodeGrant(config, callback, checks)).claims().sub, 'mara')
})

await step('without-pages', async () => {
  const { callback, answered, checks } = await signIn(mara, { prompt: 'none' })
  assert.deepEqual(answered, [])
  assert.equal((await client.authorizationCodeGrant(config, callback, checks)).claims().sub, 'mara')
  const stranger = await signIn(new Person({ username: 'piet', password: 'of the land' }), { prompt: 'none' })
  assert.equal(stranger.callback.searchParams.get('error'), 'login_required')
  const wider = await signIn(mara, { prompt: 'none', scope: `${SCOPE} email` })
  assert.equal(wider.callback.searchParams.get('error'), 'consent_required')
})

await step('denied', async () => {
  const { callback, checks } = await signIn(mara, {}, 'deny')
  await assert.rejects(client.authorizationCodeGrant(config, callback, checks), { error: 'access_denied' })
})

await step('other-grants', async () => {
  const own = await client.clientCredentialsGrant(config, { scope: 'tides' })
  assert.equal(own.refresh_token, undefined)
  const ask = (password) => client.genericGrantRequest(config, 'password', { username: 'mara', password, scope: 'tides' })
  assert((await ask('of the sea')).access_token)
  await refused('invalid_grant', () => ask('of the land'))
  await refused('unsupported_grant_type', () => client.genericGrantRequest(config, 'nonsense', {}))
})

server.kill()
