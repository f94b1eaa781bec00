// Section 4.2's small operations, and those that Jeton does not have: each says so with a result code.
import assert from 'node:assert/strict'
import { own, says, serviceId, step } from './case.mjs'
import { handed } from './runtime.mjs'

const NOT_SERVED = {
  'ciba.processAuthentication': { backchannelAuthenticationRequest: { parameters: 'scope=openid' } },
  'ciba.issue': { backchannelAuthenticationIssueRequest: { ticket: 'none' } },
  'ciba.fail': { backchannelAuthenticationFailRequest: { ticket: 'none', reason: 'ACCESS_DENIED' } },
  'ciba.complete': { backchannelAuthenticationCompleteRequest: { ticket: 'none', result: 'AUTHORIZED', subject: 'mara' } },
  'grantManagement.processRequest': { gMRequest: { gmAction: 'QUERY', grantId: 'none' } },
  'federation.configuration': { requestBody: {} },
  'federation.registration': { federationRegistrationRequest: { entityConfiguration: 'none' } },
  'nativeSso.process': { nativeSsoRequest: { accessToken: 'none', deviceSecret: 'none' } },
  'nativeSso.logout': { nativeSsoLogoutRequest: { sessionId: 'none' } },
  'verifiableCredentials.getMetadata': { vciMetadataRequest: { pretty: true } },
  'verifiableCredentials.getJwtIssuer': { vciJwtissuerRequest: { pretty: true } },
  'verifiableCredentials.getJwks': { vciJwksRequest: { pretty: true } },
  'verifiableCredentials.createOffer': { vciOfferCreateRequest: { subject: 'mara' } },
  'verifiableCredentials.getOfferInfo': { vciOfferInfoRequest: { identifier: 'none' } },
  'verifiableCredentials.parse': { vciSingleParseRequest: { accessToken: 'none', requestContent: '{}' } },
  'verifiableCredentials.issue': { vciSingleIssueRequest: { accessToken: 'none' } },
  'verifiableCredentials.batchParse': { vciBatchParseRequest: { accessToken: 'none', requestContent: '{}' } },
  'verifiableCredentials.batchIssue': { vciBatchIssueRequest: { accessToken: 'none' } },
  'verifiableCredentials.deferredParse': { vciDeferredParseRequest: { accessToken: 'none', requestContent: '{}' } },
  'verifiableCredentials.deferredIssue': { vciDeferredIssueRequest: {} },
  'hardwareSecurityKeys.create': { hskCreateRequest: { kty: 'EC', use: 'sig', alg: 'ES256' } },
  'hardwareSecurityKeys.get': { handle: 'none' },
  'hardwareSecurityKeys.delete': { handle: 'none' },
  'hardwareSecurityKeys.list': {},
}

export async function drive() {
  await step('joseObject.joseVerifyApi', async () => {
    const verify = (jose, more) => own.joseObject.joseVerifyApi({ serviceId, joseVerifyRequest: { jose, ...more } })
    says(await verify(handed.idToken, { mandatoryClaims: ['sub'] }), { resultCode: 'A160001', valid: true, signatureValid: true })
    says(await verify(handed.idToken, { mandatoryClaims: ['height'] }), { valid: false, missingClaims: ['height'] })
    const [head, body] = handed.idToken.split('.')
    says(await verify(`${head}.${body}.AAAA`), { valid: false, signatureValid: false })
  })

  for (const [name, given] of Object.entries(NOT_SERVED)) {
    await step(name, async () => {
      const [part, method] = name.split('.')
      await unserved(() => own[part][method]({ serviceId, ...given }))
    })
  }
}

/** A result code of a class other than success: as an HTTP error, or in an answer. */
async function unserved(act) {
  let said
  try {
    said = await act()
  } catch (error) {
    assert(error.statusCode, `no answer: ${error}`)
    assert.match(error.contentType, /^application\/json/, `${error.statusCode} ${error.body}`)
    said = JSON.parse(error.body)
  }
  assert.match(said.resultCode ?? '', /^A\d{3}[1-9]\d{2}$/)
}
