// Section 2: the six token-management operations; reissue is in runtime, where its tokens come from.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { fails, isText, millis, oneOf, own, says, serviceId, sorted, starts, step, stranger } from './case.mjs'
import { created, it, listed, tokenFor } from './clients.mjs'

export const hashed = (text) => createHash('sha256').update(text).digest('base64url')
const seen = (token, more) => own.introspection.process({ serviceId, introspectionRequest: { token, ...more } })
const pairs = (properties) => sorted(properties?.map(({ key, value, hidden }) => `${key}=${value}${hidden ? ' hidden' : ''}`))
const NOBODYS = 'nobody-has-this-token-0123456789'

async function create() {
  const create = (more) =>
    own.token.management.create({ serviceId, tokenCreateRequest: { grantType: 'AUTHORIZATION_CODE', clientId: it.id, subject: 'creator', ...more } })
  const refused = async (resultCode, more, action = 'BAD_REQUEST') => says(await create(more), { resultCode, action })

  await step('token.management.create', async () => {
    const before = Date.now()
    const answer = says(await create({ scopes: ['openid', 'read'] }), {
      resultCode: 'A109001',
      action: 'OK',
      grantType: 'AUTHORIZATION_CODE',
      clientId: it.id,
      clientIdentifier: String(it.id),
      subject: 'creator',
      scopes: (got) => sorted(got).join() === 'openid,read',
      accessToken: (got) => got?.length >= 43,
      refreshToken: (got) => got?.length >= 43,
      tokenType: 'Bearer',
      expiresIn: 3600,
      expiresAt: (got) => got >= before + 3_590_000 && got <= before + 3_700_000,
      tokenId: isText,
    })
    says(await seen(answer.accessToken), { resultCode: 'A056001', action: 'OK', usable: true, subject: 'creator' })
  })

  await step('token.management.create-with-everything', async () => {
    const answer = await create({
      clientIdentifier: 'tides',
      scopes: ['read'],
      accessTokenDuration: 77,
      refreshTokenDuration: 777,
      properties: [{ key: 'ship', value: 'Argo' }, { key: 'crew', value: '50', hidden: true }],
      accessToken: 'chosen-access-token-0123456789-of-node',
      refreshToken: 'chosen-refresh-token-0123456789-of-node',
      authorizationDetails: { elements: [{ type: 'pier', actions: ['moor'], otherFields: '{"berth":7}' }] },
      resources: ['https://api.example/'],
      acr: 'silver',
      authTime: 1_700_000_000,
      sessionId: 'session-7',
    })
    says(answer, { resultCode: 'A109001', action: 'OK', expiresIn: 77, sessionId: 'session-7' })
    says(answer, { accessToken: 'chosen-access-token-0123456789-of-node', refreshToken: 'chosen-refresh-token-0123456789-of-node' })
    assert.deepEqual(pairs(answer.properties), ['crew=50 hidden', 'ship=Argo'])
    const [element] = answer.authorizationDetails.elements
    assert.deepEqual([element.type, element.actions, JSON.parse(element.otherFields)], ['pier', ['moor'], { berth: 7 }])
    const shown = says(await seen(answer.accessToken), { action: 'OK', acr: 'silver', authTime: 1_700_000_000 })
    assert.deepEqual(pairs(shown.properties), pairs(answer.properties))
    assert((shown.accessTokenResources ?? shown.resources)?.includes('https://api.example/'), 'resources are lost')
    says(await create({ dpopKeyThumbprint: hashed('a key') }), { action: 'OK', tokenType: 'DPoP' })
    const bound = await create({ certificateThumbprint: hashed('a certificate') })
    says(await seen(bound.accessToken), { resultCode: starts('A065'), action: oneOf('UNAUTHORIZED', 'FORBIDDEN', 'BAD_REQUEST') })
    const lasting = await create({ accessTokenPersistent: true, accessTokenDuration: 1 })
    says(lasting, { action: 'OK', expiresIn: oneOf(undefined, 0), expiresAt: oneOf(undefined, 0) })
    says(await create({ grantType: 'CLIENT_CREDENTIALS' }), { action: 'OK', subject: undefined, refreshToken: undefined })
    says(await create({ scopes: ['read', 'brief'] }), { action: 'OK', expiresIn: 120 })
  })

  await step('token.management.create-refused', async () => {
    await refused('A104202', { grantType: 'REFRESH_TOKEN' })
    await refused('A104203', { grantType: 'CIBA' })
    await refused('A105201', { subject: undefined })
    await refused('A105202', { subject: 'x'.repeat(101) })
    await refused('A105203', { subject: 'Zoë' })
    await refused('A106201', { scopes: ['read', 'nobody:knows'] })
    await refused('A107201', { clientId: 987654321 })
    await refused('A108201', { properties: [{ key: 'big', value: 'x'.repeat(70_000) }] })
    await refused('A108204', { grantType: 'CLIENT_CREDENTIALS', refreshToken: 'a-refresh-token-for-a-client-0123456' })
    await refused('A144201', { accessToken: 'chosen-access-token-0123456789-of-node' })
    await refused('A144202', { refreshToken: 'chosen-refresh-token-0123456789-of-node' })
  })
}

async function list() {
  await step('token.management.list', async () => {
    const made = []
    for (let count = 0; count < 7; count += 1) made.push(await tokenFor('listed', 'read'))
    const list = (more) => own.token.management.list({ serviceId, ...more })
    const first = says(await list({ subject: 'listed' }), { start: 0, end: 5, totalCount: 7, subject: 'listed', client: undefined })
    assert.equal(first.accessTokens.length, 5, 'five by default')
    const rest = says(await list({ clientIdentifier: 'tides', subject: 'listed', start: 5, end: 25 }), { start: 5, end: 25, totalCount: 7 })
    says(rest.client, { clientId: it.id, clientName: 'Tide Tables' })
    const last = says(rest.accessTokens.at(-1), {
      accessTokenHash: hashed(made.at(-1).accessToken),
      refreshTokenHash: hashed(made.at(-1).refreshToken),
      clientId: it.id,
      subject: 'listed',
      grantType: 'AUTHORIZATION_CODE',
      scopes: ['read'],
      lastRefreshedAt: oneOf(0, undefined),
      createdAt: millis,
      refreshTokenExpiresAt: millis,
    })
    assert(Math.abs(last.accessTokenExpiresAt - made.at(-1).expiresAt) < 1000, 'another expiry than create has said')
    const none = await list({ start: 0, end: 0 })
    assert(none.totalCount >= 7 && !none.accessTokens?.length, JSON.stringify(none))
    await fails(() => list({ start: -1 }), 400, /A159202/)
    await fails(() => list({ end: -1 }), 400, /A159204/)
    await fails(() => list({ start: 0, end: 21 }), 400, /A159205/)
    await fails(() => list({ clientIdentifier: '987654321' }), 400, /A001218/)
  })
}

async function update() {
  const update = (tokenUpdateRequest) => own.token.management.update({ serviceId, tokenUpdateRequest })

  await step('token.management.update', async () => {
    const made = await tokenFor('updated', 'read')
    const until = (Math.floor(Date.now() / 1000) + 5000) * 1000
    const answer = await update({
      accessToken: made.accessToken,
      accessTokenExpiresAt: until,
      refreshTokenExpiresAt: until + 1000,
      scopes: ['write', 'nobody:knows'],
      properties: [{ key: 'berth', value: '7' }],
    })
    says(answer, { resultCode: 'A135001', action: 'OK', accessToken: made.accessToken, scopes: ['write'], tokenId: made.tokenId })
    says(answer, { accessTokenExpiresAt: until, refreshTokenExpiresAt: until + 1000, tokenType: 'Bearer' })
    const shown = says(await seen(made.accessToken), { action: 'OK', scopes: ['write'], expiresAt: until })
    assert.deepEqual(pairs(shown.properties), ['berth=7'])
    const renewed = await update({ accessToken: made.accessToken, accessTokenValueUpdated: true })
    says(renewed, { resultCode: 'A135001', action: 'OK', accessToken: (got) => isText(got) && got !== made.accessToken, tokenId: made.tokenId })
    says(await seen(made.accessToken), { action: 'UNAUTHORIZED', existent: oneOf(false, undefined) })
    says(await seen(renewed.accessToken, { scopes: ['read'] }), { action: 'FORBIDDEN', sufficient: oneOf(false, undefined) })
  })

  await step('token.management.update-refused', async () => {
    // The SDK wants a value in each request; an empty one is none.
    says(await update({ accessToken: '', scopes: ['read'] }), { resultCode: 'A134201', action: 'BAD_REQUEST' })
    says(await update({ accessToken: NOBODYS }), { resultCode: 'A134202', action: 'NOT_FOUND' })
  })
}

async function end() {
  await step('token.management.delete', async () => {
    const identifiers = [(made) => made.accessToken, (made) => hashed(made.accessToken), (made) => made.refreshToken, (made) => hashed(made.refreshToken)]
    for (const identifier of identifiers) {
      const made = await tokenFor('deleted', 'read')
      await own.token.management.delete({ serviceId, accessTokenIdentifier: identifier(made) })
      says(await seen(made.accessToken), { resultCode: 'A057302', action: 'UNAUTHORIZED' })
    }
    await own.token.management.delete({ serviceId, accessTokenIdentifier: NOBODYS })
    await own.token.management.delete({ serviceId, accessTokenIdentifier: 'nobody/has+this=token' })
    await fails(() => stranger.token.management.delete({ serviceId, accessTokenIdentifier: NOBODYS }), 401)
  })

  await step('token.management.revoke', async () => {
    const revoke = (tokenRevokeRequest) => own.token.management.revoke({ serviceId, tokenRevokeRequest })
    const revoked = async (count, identifiers) => says(await revoke(identifiers), { resultCode: 'A312001', count })
    const made = await tokenFor('revoked', 'read')
    await revoked(1, { accessTokenIdentifier: made.accessToken })
    await revoked(1, { accessTokenIdentifier: hashed((await tokenFor('revoked', 'read')).accessToken) })
    await revoked(1, { refreshTokenIdentifier: (await tokenFor('revoked', 'read')).refreshToken })
    says(await listed('revoked'), { totalCount: 0 })
    const spare = await created({ clientName: 'Revoked', developer: 'rosa' })
    for (const clientId of [it.id, spare.clientId]) {
      for (const subject of ['pair', 'pair', 'third']) {
        const tokenCreateRequest = { grantType: 'AUTHORIZATION_CODE', clientId, subject }
        says(await own.token.management.create({ serviceId, tokenCreateRequest }), { action: 'OK' })
      }
    }
    await revoked(2, { clientIdentifier: String(it.id), subject: 'pair' })
    await revoked(3, { clientIdentifier: String(spare.clientId) })
    await revoked(1, { subject: 'third' })
    await revoked(0, { subject: 'nobody at all' })
    await fails(() => revoke({}), 400)
    await fails(() => revoke({ clientIdentifier: '987654321' }), [400, 404])
    await own.client.delete({ serviceId, clientId: String(spare.clientId) })
  })
}

export async function drive() {
  for (const part of [create, list, update, end]) await part()
}
