// Section 4.4: the device flow (RFC 8628).
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { form, isText, millis, oneOf, own, says, serviceId, step, the } from './case.mjs'
import { it } from './clients.mjs'
import { token } from './runtime.mjs'
import { names } from './services.mjs'

export async function drive() {
  const begin = (more = it.app) =>
    own.deviceFlow.authorization({ serviceId, deviceAuthorizationRequest: { parameters: form({ scope: 'read' }), ...more } })
  const verify = (userCode) => own.deviceFlow.verification({ serviceId, deviceVerificationRequest: { userCode } })
  const complete = (userCode, result) => own.deviceFlow.complete({ serviceId, deviceCompleteRequest: { userCode, result, subject: 'mara' } })
  const poll = (device_code) => token({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code })
  let begun

  await step('deviceFlow.authorization', async () => {
    begun = says(await begin(), { resultCode: 'A220001', action: 'OK', clientId: it.id, clientName: 'Tide Tables', interval: 1, expiresIn: 600, deviceCode: isText, userCode: isText })
    says(JSON.parse(begun.responseContent), { device_code: begun.deviceCode, user_code: begun.userCode, verification_uri: `${the.issuer}/device` })
    says(await begin({ clientId: '987654321', clientSecret: 'wrong' }), { action: oneOf('UNAUTHORIZED', 'BAD_REQUEST') })
  })

  await step('deviceFlow.verification', async () => {
    const answer = says(await verify(begun.userCode), { resultCode: 'A224001', action: 'VALID', clientId: it.id, clientName: 'Tide Tables', expiresAt: millis })
    assert.deepEqual(names(answer.scopes), ['read'])
    says(await verify('NOBODYHAS'), { action: 'NOT_EXIST' })
  })

  await step('deviceFlow.complete', async () => {
    assert.equal(JSON.parse((await poll(begun.deviceCode)).responseContent).error, 'authorization_pending')
    says(await complete(begun.userCode, 'AUTHORIZED'), { resultCode: 'A241001', action: 'SUCCESS' })
    await sleep(1100)
    says(await poll(begun.deviceCode), { resultCode: 'A242002', action: 'OK', subject: 'mara', grantType: 'DEVICE_CODE' })
    const denied = await begin()
    says(await complete(denied.userCode, 'ACCESS_DENIED'), { action: 'SUCCESS' })
    assert.equal(JSON.parse((await poll(denied.deviceCode)).responseContent).error, 'access_denied')
    says(await complete('NOBODYHAS', 'AUTHORIZED'), { action: 'USER_CODE_NOT_EXIST' })
  })
}
