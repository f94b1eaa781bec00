// Section 4.2: services, keys, discovery.
import assert from 'node:assert/strict'
import { fails, organization, own, says, serviceId, sorted, stranger, step, the } from './case.mjs'

export const SCOPES = ['openid', 'profile', 'email', 'offline_access', 'read', 'write', 'brief']
const METHODS = ['NONE', 'CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'PRIVATE_KEY_JWT']

const scope = (name) => ({
  name,
  defaultEntry: false,
  description: `May ${name}`,
  ...(name === 'brief' && { attributes: [{ key: 'access_token.duration', value: '120' }] }),
})

/** A whole configuration: an update replaces everything. */
export const described = (issuer, more = {}) => ({
  serviceName: 'Harbour',
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token`,
  revocationEndpoint: `${issuer}/revoke`,
  introspectionEndpoint: `${issuer}/introspect`,
  userInfoEndpoint: `${issuer}/userinfo`,
  jwksUri: `${issuer}/jwks`,
  pushedAuthReqEndpoint: `${issuer}/par`,
  registrationEndpoint: `${issuer}/register`,
  registrationManagementEndpoint: `${issuer}/register`,
  deviceAuthorizationEndpoint: `${issuer}/device_authorization`,
  deviceVerificationUri: `${issuer}/device`,
  deviceFlowCodeDuration: 600,
  deviceFlowPollingInterval: 1,
  supportedScopes: SCOPES.map(scope),
  supportedGrantTypes: [
    'AUTHORIZATION_CODE',
    'REFRESH_TOKEN',
    'CLIENT_CREDENTIALS',
    'PASSWORD',
    'DEVICE_CODE',
    'TOKEN_EXCHANGE',
    'JWT_BEARER',
  ],
  supportedResponseTypes: ['CODE'],
  supportedTokenAuthMethods: METHODS,
  supportedRevocationAuthMethods: METHODS,
  supportedIntrospectionAuthMethods: METHODS,
  supportedClaims: ['sub', 'name', 'email'],
  accessTokenType: 'Bearer',
  accessTokenDuration: 3600,
  refreshTokenDuration: 86400,
  idTokenDuration: 1800,
  pushedAuthReqDuration: 300,
  dynamicRegistrationSupported: true,
  clientIdAliasEnabled: true,
  ...more,
})

/** Replaces the configuration of the service of this run. */
export const configure = (more) => organization.service.update({ serviceId, service: described(the.issuer, more) })

export async function setUp() {
  await step('service.update', async () => {
    const got = await configure()
    says(got, { apiKey: the.service, serviceName: 'Harbour', issuer: the.issuer, accessTokenDuration: 3600 })
    says(got, { tokenEndpoint: `${the.issuer}/token`, refreshTokenDuration: 86400 })
    assert.deepEqual(got.supportedScopes?.map((each) => each.name), SCOPES, 'what was written comes back as written')
    assert(got.supportedScopes.every((each) => each.defaultEntry === false), 'defaultEntry is always there')
    const brief = got.supportedScopes.find((each) => each.name === 'brief')
    assert.deepEqual(brief.attributes?.map(({ key, value }) => [key, value]), [['access_token.duration', '120']])
    await fails(() => stranger.service.update({ serviceId, service: described(the.issuer) }), 401)
  })
}

let second

export async function drive() {
  await step('service.get', async () => {
    const got = await own.service.get({ serviceId })
    says(got, { apiKey: the.service, issuer: the.issuer, serviceName: 'Harbour', refreshTokenDuration: 86400 })
    assert(got.supportedGrantTypes?.includes('TOKEN_EXCHANGE'), `supportedGrantTypes is ${got.supportedGrantTypes}`)
    await fails(() => stranger.service.get({ serviceId }), 401)
    await fails(() => organization.service.get({ serviceId: '987654321' }), [403, 404])
  })

  await step('service.update-replaces', async () => {
    says(await configure({ description: 'Ships', supportedUiLocales: ['nl'] }), { description: 'Ships', supportedUiLocales: ['nl'] })
    says(await configure(), { description: undefined, supportedUiLocales: (got) => !got?.length })
  })

  await step('service.list', async () => {
    const answer = says(await organization.service.list({ start: 0, end: 10 }), { start: 0, end: 10, totalCount: (got) => got >= 1 })
    assert(answer.services.some((each) => each.apiKey === the.service), 'its own service is not listed')
    await fails(() => organization.service.list({ start: -1, end: 10 }), 400)
  })

  await step('service.getConfiguration', async () => {
    // The SDK strips every member of what it got.
    assert.deepEqual(await own.service.getConfiguration({ serviceId, pretty: true }), {})
    await fails(() => stranger.service.getConfiguration({ serviceId }), 401)
    await fails(() => own.service.getConfiguration({ serviceId, patch: 'not a patch' }), 400)
  })

  await step('jwkSetEndpoint.serviceJwksGetApi', async () => {
    const { keys } = await own.jwkSetEndpoint.serviceJwksGetApi({ serviceId, pretty: true })
    assert(keys?.length && keys.every((key) => key.kty && !('d' in key)), JSON.stringify(keys))
    await fails(() => stranger.jwkSetEndpoint.serviceJwksGetApi({ serviceId }), 401)
  })

  await step('service.create', async () => {
    second = await organization.service.create(described('https://second.example'))
    says(second, { apiKey: Number.isSafeInteger, serviceName: 'Harbour', issuer: 'https://second.example' })
    const kids = async (id) => (await organization.jwkSetEndpoint.serviceJwksGetApi({ serviceId: String(id) })).keys.map((key) => key.kid)
    const mine = await kids(the.service)
    assert((await kids(second.apiKey)).every((kid) => !mine.includes(kid)), 'its keys are its own')
    await fails(() => own.service.create(described('https://third.example')), 403)
    await fails(() => own.client.list({ serviceId: String(second.apiKey) }), 403)
  })
}

export async function end() {
  await step('service.delete', async () => {
    const id = { serviceId: String(second.apiKey) }
    await fails(() => own.service.delete(id), 403)
    await organization.service.delete(id)
    await fails(() => organization.service.get(id), [403, 404])
  })
}

/** In any order, the scopes of an answer. */
export const names = (scopes) => sorted(scopes?.map((each) => each.name))
