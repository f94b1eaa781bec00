// npm oidc-client-ts 3 in a browser, on a page of another origin than Jeton's.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { step, the } from './case.mjs'
import { launch } from './chromium.mjs'

const origin = new URL(the.redirect_uri).origin
const settings = {
  authority: the.issuer,
  client_id: the.client_id,
  redirect_uri: the.redirect_uri,
  post_logout_redirect_uri: the.post_logout_redirect_uri,
  scope: the.scope,
  loadUserInfo: true,
  silentRequestTimeoutInSeconds: 300,
}
/** What the page's own web server has. */
const file = (path) => new URL(path, import.meta.url)
const files = {
  '/oidc-client-ts.js': ['text/javascript', file('node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js')],
  '/app.js': ['text/javascript', file('spa/app.js')],
}
const page = ['text/html', file('spa/index.html')]
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, origin)
  if (pathname === '/settings.json') {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(settings))
    return
  }
  const [type, path] = files[pathname] ?? page
  response.setHeader('content-type', type).end(await readFile(path))
})
await new Promise((resolve) => server.listen(Number(new URL(origin).port), '127.0.0.1', resolve))

const browser = await launch()
const context = await browser.newContext()
const tab = await context.newPage()
/** What the browser would not do, cross-origin refusals among it. */
const complaints = []
tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))

/** Answers the pages that Jeton shows. */
async function signIn(shown) {
  await shown.getByLabel('Username').fill(the.username)
  await shown.getByLabel('Password').fill(the.password)
  await shown.getByRole('button', { name: 'Sign in' }).click()
}
const allow = (shown) => shown.getByRole('button', { name: 'Allow' }).click()
/** Waits for what the page says. */
const says = (text) => tab.locator('#state').filter({ hasText: text }).waitFor()
/** What the application has of the person signed in. */
const user = () => tab.evaluate(async () => {
  const user = await app.getUser()
  return user && { ...user, expires_in: user.expires_in }
})
/** The status of a call to Jeton with this access token, made by the page. */
const userInfoStatus = (token) =>
  tab.evaluate(async ([token, issuer]) => {
    const answer = await fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    return answer.status
  }, [token, the.issuer])
/** Renews in the background; the error's code if it was refused. */
const renew = () => tab.evaluate(() => app.signinSilent().then(() => 'renewed', (error) => error.error ?? String(error)))
/** Makes the application forget its refresh token, so that it has to renew in a hidden frame. */
const dropRefreshToken = () =>
  tab.evaluate(async () => {
    const user = await app.getUser()
    user.refresh_token = undefined
    await app.storeUser(user)
  })

await step('sign-in', async () => {
  await tab.goto(origin)
  await says('signed out')
  await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
  await signIn(tab)
  await allow(tab)
  await says(`signed in as ${the.name}, for tides`)
  const { profile, scope, expires_in, refresh_token } = await user()
  assert.equal(profile.iss, the.issuer)
  assert.equal(profile.aud, the.client_id)
  assert.equal(profile.name, the.name, 'from user info')
  assert.deepEqual(new Set(scope.split(' ')), new Set(the.scope.split(' ')))
  assert(expires_in > 0)
  assert(refresh_token)
})

await step('survives-a-reload', async () => {
  await tab.goto(origin)
  await says(`still signed in as ${the.name}`)
})

await step('renew-by-refresh-token', async () => {
  const before = await user()
  assert.equal(await renew(), 'renewed')
  const after = await user()
  assert.notEqual(after.access_token, before.access_token)
  assert.notEqual(after.refresh_token, before.refresh_token, 'the refresh token rotates')
  assert.equal(after.profile.sub, before.profile.sub)
  assert.equal(await userInfoStatus(after.access_token), 200)
})

await step('renew-in-a-frame', async () => {
  const before = await user()
  await dropRefreshToken()
  assert.equal(await renew(), the.renews_silently ? 'renewed' : 'consent_required')
  if (the.renews_silently) {
    const after = await user()
    assert.notEqual(after.access_token, before.access_token)
    assert.equal(after.profile.sub, before.profile.sub)
  } else {
    // The application starts over, and the person is asked again but not for his password.
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
    await allow(tab)
    await says(`signed in as ${the.name}, for tides`)
  }
})

await step('revocation', async () => {
  const { access_token, refresh_token } = await user()
  await tab.evaluate(() => app.revokeTokens(['access_token', 'refresh_token']))
  assert.equal(await userInfoStatus(access_token), 401)
  await tab.evaluate(async (refresh_token) => app.storeUser(Object.assign(await app.getUser(), { refresh_token })), refresh_token)
  assert.equal(await renew(), 'invalid_grant')
  await dropRefreshToken()
})
assert.deepEqual(complaints.filter((text) => !/status of 40[01]/.test(text)), [], 'the browser refused nothing')

await step('sign-out', async () => {
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await says('signed out: bye')
  assert.equal(await user(), null)
})

await step('nobody-is-signed-in', async () => {
  assert.equal(await renew(), 'login_required', 'a hidden frame learns that the session ended')
})

await step('sign-in-in-a-window', async () => {
  await tab.goto(origin)
  await says('signed out')
  const [shown] = await Promise.all([
    tab.waitForEvent('popup'),
    tab.getByRole('button', { name: 'Sign in in a window' }).click(),
  ])
  await signIn(shown)
  if (!the.renews_silently) await allow(shown)
  await says(`signed in as ${the.name}`)
  assert.equal((await user()).profile.name, the.name)
})

await step('resource-owner-password', async () => {
  // Never for a client without a secret (RFC 9700 section 2.4); the page must be able to read why.
  const outcome = await tab.evaluate(
    ({ username, password }) => app.signinResourceOwnerCredentials({ username, password }).then(() => 'tokens', (e) => e.error),
    the,
  )
  assert.equal(outcome, 'invalid_client')
})

await browser.close()
server.close()
server.closeAllConnections()
