// Section 4.3: clients, what users allowed them, their secrets and scopes.
import assert from 'node:assert/strict'
import { fails, isText, millis, own, says, serviceId, sorted, step, stranger } from './case.mjs'

export const REDIRECT_URI = 'https://app.example/cb'
const ABSENT = '987654321'

const described = (more = {}) => ({
  developer: 'dora',
  clientName: 'Tide Tables',
  clientType: 'CONFIDENTIAL',
  redirectUris: [REDIRECT_URI],
  responseTypes: ['CODE'],
  grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'PASSWORD', 'DEVICE_CODE', 'TOKEN_EXCHANGE', 'JWT_BEARER'],
  tokenAuthMethod: 'CLIENT_SECRET_BASIC',
  ...more,
})

/** Makes a client. */
export const created = (more) => own.client.create({ serviceId, client: described(more) })

/** The client that all areas use: its number, and what it authenticates with. */
export const it = {
  get id() {
    assert(this.client, 'client.create failed')
    return this.client.clientId
  },
  get app() {
    return { clientId: String(this.id), clientSecret: this.client.clientSecret }
  },
}

export async function make() {
  await step('client.create', async () => {
    it.client = await created({ clientIdAlias: 'tides', clientIdAliasEnabled: true })
    says(it.client, {
      clientId: Number.isSafeInteger,
      clientSecret: (got) => got?.length === 86,
      clientName: 'Tide Tables',
      redirectUris: [REDIRECT_URI],
      clientType: 'CONFIDENTIAL',
      tokenAuthMethod: 'CLIENT_SECRET_BASIC',
      createdAt: millis,
    })
    await fails(() => created({ redirectUris: ['not a uri'] }), 400)
    await fails(() => stranger.client.create({ serviceId, client: described() }), 401)
    const plain = await own.client.create({ serviceId, client: { clientType: 'PUBLIC' } })
    says(plain, { tokenAuthMethod: 'NONE', grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN'], responseTypes: ['CODE'] })
    await own.client.delete({ serviceId, clientId: String(plain.clientId) })
  })
}

/** A token of the client, made by create. */
export async function tokenFor(subject, ...scopes) {
  const tokenCreateRequest = { grantType: 'AUTHORIZATION_CODE', clientId: it.id, subject, ...(scopes.length && { scopes }) }
  return says(await own.token.management.create({ serviceId, tokenCreateRequest }), { resultCode: 'A109001', action: 'OK' })
}

/** The records of a subject. */
export const listed = (subject) => own.token.management.list({ serviceId, subject, start: 0, end: 20 })

export async function drive() {
  const { management } = own.client
  const clientId = () => String(it.id)
  const of = (subject) => ({ subjectPathParameter: subject, subjectQueryParameter: subject })

  await step('client.get', async () => {
    says(await own.client.get({ serviceId, clientId: clientId() }), { clientId: it.id, clientName: 'Tide Tables' })
    says(await own.client.get({ serviceId, clientId: 'tides' }), { clientId: it.id })
    await fails(() => own.client.get({ serviceId, clientId: ABSENT }), [400, 404])
  })

  await step('client.list', async () => {
    const answer = says(await own.client.list({ serviceId, developer: 'dora', start: 0, end: 100 }), { totalCount: 1 })
    assert.deepEqual(answer.clients.map((each) => each.clientId), [it.id])
    says(await own.client.list({ serviceId }), { start: 0, end: 5 })
    await fails(() => own.client.list({ serviceId, start: -1 }), 400)
  })

  await step('client.update', async () => {
    const update = (more) => own.client.update({ serviceId, clientId: clientId(), client: described({ clientIdAlias: 'tides', clientIdAliasEnabled: true, ...more }) })
    says(await update({ description: 'Of the harbour' }), { description: 'Of the harbour' })
    says(await update(), { description: undefined, clientName: 'Tide Tables', clientId: it.id })
    await fails(() => own.client.update({ serviceId, clientId: ABSENT, client: described() }), [400, 404])
  })

  await step('client.management.updateRequestableScopes', async () => {
    const update = (id) => management.updateRequestableScopes({ serviceId, clientId: id, clientExtensionRequestableScopesUpdateRequest: { requestableScopes: ['openid', 'read'] } })
    assert.deepEqual(sorted((await update(clientId())).requestableScopes), ['openid', 'read'])
    await fails(() => update(ABSENT), [400, 404])
  })

  await step('client.management.getRequestableScopes', async () => {
    const answer = await management.getRequestableScopes({ serviceId, clientId: clientId() })
    assert.deepEqual(sorted(answer.requestableScopes), ['openid', 'read'])
    await fails(() => management.getRequestableScopes({ serviceId, clientId: ABSENT }), [400, 404])
  })

  await step('client.management.deleteRequestableScopes', async () => {
    await management.deleteRequestableScopes({ serviceId, clientId: clientId() })
    const { extension } = await own.client.get({ serviceId, clientId: clientId() })
    assert(!extension?.requestableScopesEnabled, 'still limited')
    await fails(() => management.deleteRequestableScopes({ serviceId, clientId: ABSENT }), [400, 404])
  })

  await step('client.management.listAuthorizations', async () => {
    await tokenFor('lister', 'read')
    const answer = says(await management.listAuthorizations({ serviceId, ...of('lister'), start: 0, end: 5 }), { subject: 'lister', totalCount: 1 })
    assert.deepEqual(answer.clients.map((each) => each.clientId), [it.id])
    says(await management.listAuthorizations({ serviceId, ...of('nobody') }), { totalCount: 0 })
    await fails(() => management.listAuthorizations({ serviceId, ...of('lister'), start: -1 }), 400)
  })

  await step('client.management.updateAuthorizations', async () => {
    await tokenFor('narrowed', 'read', 'write')
    const update = (id) => management.updateAuthorizations({ serviceId, clientId: id, clientAuthorizationUpdateRequest: { subject: 'narrowed', scopes: ['read'] } })
    says(await update(clientId()), { resultCode: 'A138001' })
    assert.deepEqual((await listed('narrowed')).accessTokens.map((each) => each.scopes), [['read']])
    await fails(() => update(ABSENT), [400, 404])
  })

  await step('client.management.deleteAuthorizations', async () => {
    await tokenFor('departed', 'read')
    says(await management.deleteAuthorizations({ serviceId, clientId: clientId(), ...of('departed') }), { resultCode: 'A137001' })
    says(await listed('departed'), { totalCount: 0 })
    await fails(() => management.deleteAuthorizations({ serviceId, clientId: ABSENT, ...of('departed') }), [400, 404])
  })

  let spare
  await step('client.management.refreshSecret', async () => {
    spare = await created({ clientName: 'Spare', developer: 'sam' })
    const answer = await management.refreshSecret({ serviceId, clientIdentifier: String(spare.clientId) })
    says(answer, { resultCode: 'A148001', newClientSecret: (got) => isText(got) && got !== spare.clientSecret })
    assert([undefined, spare.clientSecret].includes(answer.oldClientSecret), 'oldClientSecret is neither')
    await fails(() => management.refreshSecret({ serviceId, clientIdentifier: ABSENT }), [400, 404])
  })

  await step('client.management.updateSecret', async () => {
    const clientSecret = 'a-secret-chosen-by-the-caller-0123456789'
    const update = (id, clientSecret) => management.updateSecret({ serviceId, clientIdentifier: id, clientSecretUpdateRequest: { clientSecret } })
    says(await update(String(spare.clientId), clientSecret), { resultCode: 'A149001', newClientSecret: clientSecret })
    const asks = { serviceId, tokenRequest: { parameters: 'grant_type=client_credentials', clientId: String(spare.clientId), clientSecret } }
    says(await own.token.process(asks), { action: 'OK' })
    await fails(() => update(String(spare.clientId), 'x'.repeat(87)), 400)
    await fails(() => update(ABSENT, clientSecret), [400, 404])
  })

  const byItself = () => own.token.management.create({ serviceId, tokenCreateRequest: { grantType: 'CLIENT_CREDENTIALS', clientId: spare.clientId } })

  await step('client.management.updateLockFlag', async () => {
    const lock = (id, clientLocked) => management.updateLockFlag({ serviceId, clientIdentifier: id, clientFlagUpdateRequest: { clientLocked } })
    says(await lock(String(spare.clientId), true), { resultCode: 'A293001' })
    says(await byItself(), { resultCode: 'A107203', action: 'FORBIDDEN' })
    await lock(String(spare.clientId), false)
    says(await byItself(), { resultCode: 'A109001', action: 'OK' })
    await fails(() => lock(ABSENT, true), [400, 404])
  })

  await step('client.delete', async () => {
    const { accessToken } = await byItself()
    await own.client.delete({ serviceId, clientId: String(spare.clientId) })
    await fails(() => own.client.get({ serviceId, clientId: String(spare.clientId) }), [400, 404])
    says(await own.introspection.process({ serviceId, introspectionRequest: { token: accessToken } }), { action: 'UNAUTHORIZED' })
    await fails(() => stranger.client.delete({ serviceId, clientId: clientId() }), 401)
  })

}
