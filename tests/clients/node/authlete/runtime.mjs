// Section 4.1: authorization, token, introspection, revocation, user info, pushed requests; reissue of section 2.6.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { form, isText, millis, ofClass, oneOf, own, says, serviceId, sorted, starts, step, the } from './case.mjs'
import { it, listed, REDIRECT_URI, tokenFor } from './clients.mjs'
import { configure, names } from './services.mjs'

const VERIFIER = 'a-code-verifier-of-fifty-characters-0123456789-abc'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const NOBODYS = 'nobody-has-this-token-0123456789'
const failed = oneOf('BAD_REQUEST', 'INTERNAL_SERVER_ERROR')

/** The query of an authorization request. */
export const request = (more) =>
  form({
    response_type: 'code',
    client_id: it.id,
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile read',
    state: 'of-the-client',
    nonce: 'once',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })

export const authorize = (parameters, context) =>
  own.authorization.processRequest({ serviceId, authorizationRequest: { parameters, ...(context && { context }) } })

export async function ticket(more) {
  return says(await authorize(request(more)), { action: 'INTERACTION', ticket: isText }).ticket
}

/** Lets Mara in. */
export async function issue(more, asked) {
  const members = { subject: 'mara', authTime: 1_700_000_000, acr: 'silver', ...more }
  const authorizationIssueRequest = { ticket: more?.ticket ?? (await ticket(asked)), ...members }
  return own.authorization.issue({ serviceId, authorizationIssueRequest })
}

/** A token request with the client's Authorization header. */
export const token = (members, more = it.app) => own.token.process({ serviceId, tokenRequest: { parameters: form(members), ...more } })

const redeem = (code, more) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER, ...more })
const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'))
const errorOf = (answer) => JSON.parse(answer.responseContent).error
const introspect = (introspectionRequest) => own.introspection.process({ serviceId, introspectionRequest })

/** What the parts hand on. */
export const handed = {}

async function authorization() {
  await step('authorization.processRequest', async () => {
    const answer = says(await authorize(request({ login_hint: 'mara', prompt: 'login' }), 'my own notes'), {
      resultCode: 'A004001',
      action: 'INTERACTION',
      ticket: isText,
      loginHint: 'mara',
      maxAge: oneOf(0, undefined),
      scopes: (got) => names(got).join() === 'openid,profile,read',
      prompts: ['LOGIN'],
    })
    says(answer.service, { serviceName: 'Harbour' })
    says(answer.client, { clientName: 'Tide Tables', clientId: it.id })
    const again = await authorize(request({ max_age: 0 }))
    assert(again.prompts?.includes('LOGIN'), 'max_age=0 asks for a sign-in')
    says(await authorize(request({ prompt: 'none' })), { action: 'NO_INTERACTION', ticket: isText })
    const unknown = says(await authorize(request({ client_id: '987654321' })), { action: 'BAD_REQUEST', resultCode: ofClass('3') })
    assert(errorOf(unknown))
    says(await authorize(request({ redirect_uri: 'https://evil.example/cb' })), { action: 'BAD_REQUEST', ticket: undefined })
    says(await authorize(''), { resultCode: starts('A0042'), action: failed })
  })

  await step('authorization.issue', async () => {
    const answer = await issue({ properties: [{ key: 'ship', value: 'Argo' }], claims: '{"name":"Mara"}' })
    says(answer, { resultCode: 'A040001', action: 'LOCATION', authorizationCode: isText })
    const to = new URL(answer.responseContent)
    assert.equal(to.origin + to.pathname, REDIRECT_URI)
    assert.deepEqual(Object.fromEntries(to.searchParams), { code: answer.authorizationCode, state: 'of-the-client', iss: the.issuer })
    handed.code = answer.authorizationCode
    const used = await ticket()
    says(await issue({ ticket: used }), { action: 'LOCATION' })
    says(await issue({ ticket: used }), { resultCode: 'A041202', action: failed })
    says(await issue({ ticket: NOBODYS }), { action: failed })
  })

  await step('authorization.fail', async () => {
    const fail = async (reason, ticket, description) => own.authorization.fail({ serviceId, authorizationFailRequest: { ticket, reason, ...(description && { description }) } })
    const reasons = {
      DENIED: 'access_denied',
      NOT_LOGGED_IN: 'login_required',
      CONSENT_REQUIRED: 'consent_required',
      INTERACTION_REQUIRED: 'interaction_required',
      ACCOUNT_SELECTION_REQUIRED: 'account_selection_required',
      SERVER_ERROR: 'server_error',
    }
    for (const [reason, error] of Object.entries(reasons)) {
      const answer = says(await fail(reason, await ticket(), 'No.'), { action: 'LOCATION', resultCode: starts('A0603') })
      const query = new URL(answer.responseContent).searchParams
      assert.deepEqual([query.get('error'), query.get('state')], [error, 'of-the-client'], answer.responseContent)
    }
    says(await fail('DENIED', NOBODYS), { action: failed })
  })
}

async function codes() {
  await step('token.process', async () => {
    const answer = says(await redeem(handed.code), { resultCode: 'A050001', action: 'OK' })
    Object.assign(handed, { tokens: answer, idToken: answer.idToken })
    says(answer, {
      grantType: 'AUTHORIZATION_CODE',
      clientId: it.id,
      subject: 'mara',
      scopes: (got) => sorted(got).join() === 'openid,profile,read',
      accessTokenDuration: 3600,
      refreshTokenDuration: 86400,
      accessTokenExpiresAt: millis,
      idToken: isText,
      clientAuthMethod: 'CLIENT_SECRET_BASIC',
    })
    const body = JSON.parse(answer.responseContent)
    assert.deepEqual([body.access_token, body.id_token, body.ship], [answer.accessToken, answer.idToken, 'Argo'])
    const { iss, sub, nonce, auth_time, acr, name, aud } = claimsOf(answer.idToken)
    assert.deepEqual([iss, sub, nonce, auth_time, acr, name], [the.issuer, 'mara', 'once', 1_700_000_000, 'silver', 'Mara'])
    assert.deepEqual([aud].flat(), [String(it.id)])
  })

  await step('token.process-refused', async () => {
    const twice = (await issue()).authorizationCode
    const ended = says(await redeem(twice), { action: 'OK' })
    assert.equal(errorOf(says(await redeem(twice), { action: 'BAD_REQUEST', resultCode: starts('A050') })), 'invalid_grant')
    says(await introspect({ token: ended.accessToken }), { action: 'UNAUTHORIZED' })
    const credentials = { grant_type: 'client_credentials' }
    assert.equal(errorOf(says(await token(credentials, { ...it.app, clientSecret: 'wrong' }), { action: 'INVALID_CLIENT' })), 'invalid_client')
    const odd = says(await token({ grant_type: 'nonsense' }), { action: 'BAD_REQUEST', resultCode: starts('A049') })
    assert.equal(errorOf(odd), 'unsupported_grant_type')
    const { authorizationCode } = await issue()
    assert.equal(errorOf(await redeem(authorizationCode, { code_verifier: `${VERIFIER}x` })), 'invalid_grant')
    const post = { client_id: it.app.clientId, client_secret: it.app.clientSecret }
    says(await token({ ...credentials, ...post }, {}), { action: 'INVALID_CLIENT' })
  })

  await step('token.process-client-credentials', async () => {
    // The SDK types `properties` of this request as text.
    const answer = await token({ grant_type: 'client_credentials', scope: 'read' })
    says(answer, { resultCode: 'A052001', action: 'OK', subject: undefined, refreshToken: undefined, scopes: ['read'] })
  })

  await step('introspection.process', async () => {
    const { accessToken, accessTokenExpiresAt } = handed.tokens
    says(await introspect({ token: accessToken, scopes: ['read'], subject: 'mara' }), {
      resultCode: 'A056001',
      action: 'OK',
      existent: true,
      usable: true,
      sufficient: true,
      refreshable: true,
      clientId: it.id,
      subject: 'mara',
      grantType: 'AUTHORIZATION_CODE',
      expiresAt: accessTokenExpiresAt,
      scopeDetails: (got) => names(got).join() === 'openid,profile,read',
    })
    const narrow = says(await introspect({ token: accessToken, scopes: ['write'] }), { action: 'FORBIDDEN', resultCode: starts('A0643') })
    assert.match(narrow.responseContent, /^Bearer .*insufficient_scope/)
    says(await introspect({ token: accessToken, subject: 'somebody' }), { action: 'FORBIDDEN', resultCode: starts('A0663') })
    says(await introspect({ token: NOBODYS }), { resultCode: 'A057302', action: 'UNAUTHORIZED' })
    says(await introspect({ token: '' }), { resultCode: 'A057301', action: 'BAD_REQUEST' })
  })

  await step('introspection.standardProcess', async () => {
    const ask = (members) => own.introspection.standardProcess({ serviceId, standardIntrospectionRequest: { parameters: form(members) } })
    const active = async (token) => JSON.parse(says(await ask({ token }), { resultCode: 'A145001', action: 'OK' }).responseContent)
    const said = await active(handed.tokens.accessToken)
    assert.deepEqual([said.active, said.sub, said.iss, said.client_id], [true, 'mara', the.issuer, String(it.id)])
    assert.equal((await active(handed.tokens.refreshToken)).active, true)
    assert.deepEqual(await active(NOBODYS), { active: false })
    says(await ask({ other: 'member' }), { action: 'BAD_REQUEST', resultCode: starts('A1453') })
  })

  await step('userinfo.process', async () => {
    const process = (token) => own.userinfo.process({ serviceId, userinfoRequest: { token } })
    says(await process(handed.tokens.accessToken), { resultCode: 'A091001', action: 'OK', subject: 'mara', clientId: it.id })
    const unknown = says(await process(NOBODYS), { action: 'UNAUTHORIZED', resultCode: starts('A092') })
    assert.match(unknown.responseContent, /invalid_token/)
    says(await process((await tokenFor('mara', 'read')).accessToken), { action: 'FORBIDDEN', resultCode: starts('A0933') })
  })

  await step('userinfo.issue', async () => {
    const issue = (token, more) => own.userinfo.issue({ serviceId, userinfoIssueRequest: { token, claims: '{"name":"Mara","locale":"nl"}', ...more } })
    const answer = says(await issue(handed.tokens.accessToken), { resultCode: 'A096001', action: 'JSON' })
    assert.deepEqual(JSON.parse(answer.responseContent), { sub: 'mara', name: 'Mara', locale: 'nl' })
    assert.equal(JSON.parse((await issue(handed.tokens.accessToken, { sub: 'of-mara' })).responseContent).sub, 'of-mara')
    says(await issue(NOBODYS), { action: 'UNAUTHORIZED' })
  })
}

async function refresh() {
  await step('token.process-refresh', async () => {
    const answer = says(await token({ grant_type: 'refresh_token', refresh_token: handed.tokens.refreshToken }), {
      resultCode: 'A053001',
      action: 'OK',
      grantType: 'REFRESH_TOKEN',
      subject: 'mara',
      accessToken: (got) => isText(got) && got !== handed.tokens.accessToken,
      refreshToken: isText,
    })
    says(await introspect({ token: handed.tokens.accessToken }), { action: 'UNAUTHORIZED' })
    const records = (await listed('mara')).accessTokens
    assert(records.some((each) => each.lastRefreshedAt > 0 && each.grantType === 'AUTHORIZATION_CODE'), 'the record is the same')
    says(await token({ grant_type: 'refresh_token', refresh_token: NOBODYS }), { resultCode: 'A053305', action: 'BAD_REQUEST' })
    handed.tokens = answer
  })

  await step('token.management.reissueIdToken', async () => {
    await configure({ idTokenReissuable: true })
    try {
      // The SDK does not know the action, and throws with what came.
      const raw = await token({ grant_type: 'refresh_token', refresh_token: handed.tokens.refreshToken }).then(
        () => assert.fail('the SDK reads ID_TOKEN_REISSUABLE now: use its answer'),
        (error) => {
          assert.equal(error.name, 'ResponseValidationError', String(error))
          return error.rawValue
        },
      )
      says(raw, { action: 'ID_TOKEN_REISSUABLE', resultCode: ofClass('0'), subject: 'mara', accessToken: isText, refreshToken: isText })
      assert(!('id_token' in JSON.parse(raw.responseContent)))
      const reissue = (idtokenReissueRequest) => own.token.management.reissueIdToken({ serviceId, idtokenReissueRequest })
      const { accessToken, refreshToken } = raw
      const answer = await reissue({ accessToken, refreshToken, claims: '{"name":"Mara"}', idtHeaderParams: '{"marked":"yes"}', idTokenAudType: 'string' })
      says(answer, { action: 'OK', idToken: isText })
      const whole = JSON.parse(answer.responseContent)
      assert.deepEqual([whole.id_token, whole.access_token], [answer.idToken, accessToken])
      const { aud, sub, name, auth_time, nonce } = claimsOf(answer.idToken)
      assert.deepEqual([aud, sub, name, auth_time, nonce], [String(it.id), 'mara', 'Mara', 1_700_000_000, undefined])
      assert.equal(JSON.parse(Buffer.from(answer.idToken.split('.')[0], 'base64url')).marked, 'yes')
      says(await reissue({ accessToken: NOBODYS, refreshToken }), { action: 'CALLER_ERROR', resultCode: ofClass('2') })
      // Without a request the SDK sends an empty body.
      says(await own.token.management.reissueIdToken({ serviceId }), { action: 'CALLER_ERROR' })
      handed.tokens = raw
    } finally {
      await configure()
    }
  })
}

async function others() {
  const asks = async () => {
    const answer = await token({ grant_type: 'password', username: 'mara', password: 'of the sea', scope: 'read' })
    return says(answer, { resultCode: 'A051001', action: 'PASSWORD', username: 'mara', password: 'of the sea', ticket: isText }).ticket
  }

  await step('token.issue', async () => {
    const issue = (ticket) => own.token.issue({ serviceId, tokenIssueRequest: { ticket, subject: 'mara' } })
    const answer = says(await issue(await asks()), { resultCode: 'A054001', action: 'OK', subject: 'mara', clientId: it.id, scopes: ['read'] })
    assert.equal(JSON.parse(answer.responseContent).access_token, answer.accessToken)
    says(await issue(NOBODYS), { action: 'INTERNAL_SERVER_ERROR' })
  })

  await step('token.fail', async () => {
    const fail = (ticket) => own.token.fail({ serviceId, tokenFailRequest: { ticket, reason: 'INVALID_RESOURCE_OWNER_CREDENTIALS' } })
    assert.equal(errorOf(says(await fail(await asks()), { action: 'BAD_REQUEST', resultCode: starts('A0673') })), 'invalid_grant')
    says(await fail(NOBODYS), { action: 'INTERNAL_SERVER_ERROR' })
  })

  await step('token.process-exchange', async () => {
    // The SDK reads the scopes of the subject token as text, other clients as objects: a token without any goes through all.
    const { accessToken } = await tokenFor('mara')
    const exchange = (subject_token) =>
      token({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', audience: 'harbour' })
    const answer = says(await exchange(accessToken), { action: 'TOKEN_EXCHANGE', subjectToken: accessToken, subjectTokenType: 'ACCESS_TOKEN', audiences: ['harbour'] })
    says(answer.subjectTokenInfo, { subject: 'mara', clientId: it.id })
    says(await exchange(NOBODYS), { action: 'BAD_REQUEST' })
  })

  await step('token.process-jwt-bearer', async () => {
    const part = (said) => Buffer.from(JSON.stringify(said)).toString('base64url')
    const claims = { iss: 'https://idp.example', sub: 'mara', aud: `${the.issuer}/token`, exp: 4_000_000_000 }
    const assertion = `${part({ alg: 'ES256' })}.${part(claims)}.AAAA`
    const grant = (assertion) => token({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope: 'read' })
    says(await grant(assertion), { action: 'JWT_BEARER', assertion })
    says(await grant('not a jwt'), { action: 'BAD_REQUEST' })
  })

  await step('pushedAuthorization.create', async () => {
    const push = (more, asked) => own.pushedAuthorization.create({ serviceId, pushedAuthorizationRequest: { parameters: request(asked), ...it.app, ...more } })
    const answer = says(await push(), { action: 'CREATED', requestUri: isText })
    assert.deepEqual(JSON.parse(answer.responseContent), { request_uri: answer.requestUri, expires_in: 300 })
    says(await authorize(form({ client_id: it.id, request_uri: answer.requestUri })), { action: 'INTERACTION' })
    says(await push({ clientSecret: 'wrong' }), { action: 'UNAUTHORIZED' })
    says(await push({}, { redirect_uri: 'https://evil.example/' }), { action: 'BAD_REQUEST', requestUri: undefined })
  })

  await step('revocation.process', async () => {
    const made = await tokenFor('mara', 'read')
    const revoke = (members, more) => own.revocation.process({ serviceId, revocationRequest: { parameters: form(members), ...it.app, ...more } })
    says(await revoke({ token: made.accessToken }), { resultCode: 'A113001', action: 'OK' })
    says(await introspect({ token: made.accessToken }), { action: 'UNAUTHORIZED' })
    says(await token({ grant_type: 'refresh_token', refresh_token: made.refreshToken }), { action: 'BAD_REQUEST' })
    says(await revoke({ token: made.accessToken }, { clientSecret: 'wrong' }), { action: 'INVALID_CLIENT' })
    says(await revoke({ token_type_hint: 'access_token' }), { action: 'BAD_REQUEST', resultCode: starts('A1153') })
  })
}

export async function drive() {
  for (const part of [authorization, codes, refresh, others]) await part()
}
