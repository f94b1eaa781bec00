// Section 4.3: clients that register themselves (RFC 7591, RFC 7592).
import assert from 'node:assert/strict'
import { fails, isText, oneOf, own, says, serviceId, step } from './case.mjs'

const METADATA = {
  redirect_uris: ['https://ferry.example/cb'],
  client_name: 'Ferry',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'client_secret_basic',
}

export async function drive() {
  const registration = own.dynamicClientRegistration
  const refused = oneOf('UNAUTHORIZED', 'BAD_REQUEST')
  const wrong = () => ({ ...mine, token: 'nobody-has-this-token' })
  let mine = {}

  await step('dynamicClientRegistration.register', async () => {
    const register = (json) => registration.register({ serviceId, requestBody: { json } })
    const answer = says(await register(JSON.stringify(METADATA)), { resultCode: 'A202001', action: 'CREATED' })
    const body = JSON.parse(answer.responseContent)
    says(body, { client_name: 'Ferry', client_id: String(answer.client?.clientId), client_secret: isText, registration_access_token: isText, registration_client_uri: isText })
    mine = { clientId: body.client_id, token: body.registration_access_token }
    const foreign = says(await register(JSON.stringify({ ...METADATA, redirect_uris: ['not a uri'] })), { action: 'BAD_REQUEST' })
    assert.equal(JSON.parse(foreign.responseContent).error, 'invalid_redirect_uri')
    says(await register('{'), { action: 'BAD_REQUEST' })
  })

  await step('dynamicClientRegistration.get', async () => {
    const answer = says(await registration.get({ serviceId, requestBody: mine }), { resultCode: 'A217001', action: 'OK' })
    assert.equal(JSON.parse(answer.responseContent).client_name, 'Ferry')
    says(await registration.get({ serviceId, requestBody: wrong() }), { action: refused })
  })

  await step('dynamicClientRegistration.update', async () => {
    const json = JSON.stringify({ ...METADATA, client_id: mine.clientId, client_name: 'Night Ferry' })
    const answer = says(await registration.update({ serviceId, requestBody: { ...mine, json } }), { resultCode: 'A213001', action: 'UPDATED' })
    const body = says(JSON.parse(answer.responseContent), { client_name: 'Night Ferry' })
    mine.token = body.registration_access_token ?? mine.token
    says(await registration.update({ serviceId, requestBody: { ...wrong(), json } }), { action: refused })
  })

  await step('dynamicClientRegistration.delete', async () => {
    says(await registration.delete({ serviceId, requestBody: wrong() }), { action: refused })
    says(await registration.delete({ serviceId, requestBody: mine }), { resultCode: 'A216001', action: 'DELETED' })
    await fails(() => own.client.get({ serviceId, clientId: mine.clientId }), [400, 404])
  })
}
