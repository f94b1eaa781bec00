// npm openid-client 6 as a device without a browser (RFC 8628), and with resources named (RFC 8707).
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { step, the } from './case.mjs'
import { discover } from './openid-client-config.mjs'
import { Person } from './person.mjs'

const config = await discover()
/** Asks for codes; the answer's interval is obeyed by the library. */
const initiate = () => client.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access', resource: 'https://tides.example/' })

/** Another device, whose person says no meanwhile. */
const refusal = initiate().then(async (codes) => {
  const outcome = client.pollDeviceAuthorizationGrant(config, codes).then(() => 'tokens', (error) => error.error)
  await new Person(the).authorize(codes.verification_uri_complete, undefined, 'deny')
  return outcome
})

const granted = await step('device-is-allowed', async () => {
  const codes = await initiate()
  assert(codes.user_code && codes.verification_uri_complete.includes(encodeURIComponent(codes.user_code)))
  const [tokens, { answered }] = await Promise.all([
    client.pollDeviceAuthorizationGrant(config, codes),
    new Person(the).authorize(codes.verification_uri_complete),
  ])
  assert.deepEqual(answered, ['login', 'consent'])
  assert.equal(tokens.claims().name ?? the.name, the.name)
  await assert.rejects(client.pollDeviceAuthorizationGrant(config, codes), 'a device code works once')
  return tokens
})

await step('device-lives-on', async () => {
  const { sub } = granted.claims()
  assert.equal((await client.fetchUserInfo(config, granted.access_token, sub)).name, the.name)
  const renewed = await client.refreshTokenGrant(config, granted.refresh_token)
  assert.equal((await client.fetchUserInfo(config, renewed.access_token, sub)).name, the.name)
})

await step('resource', () => {
  const { aud } = JSON.parse(Buffer.from(granted.access_token.split('.')[1], 'base64url'))
  assert.deepEqual([aud].flat(), ['https://tides.example/'])
})

await step('device-is-denied', async () => {
  assert.equal(await refusal, 'access_denied')
})
