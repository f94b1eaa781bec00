// A real browser, and people who have two tabs, go back, open an address again and mistype their password.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { step, the } from './case.mjs'
import { launch } from './chromium.mjs'

const received = []
const listener = createServer((request, response) => {
  const asked = new URL(request.url, the.redirect_uri)
  if (asked.href.startsWith(the.redirect_uri)) received.push(asked)
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>The client</title><p id="arrived">Arrived</p>')
})
await new Promise((resolve) => listener.listen(Number(new URL(the.redirect_uri).port), '127.0.0.1', resolve))
const browser = await launch()
process.on('exit', () => listener.close())

let requests = 0
function request(more = {}) {
  requests += 1
  const address = new URL(the.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: the.client_id,
    response_type: 'code',
    redirect_uri: the.redirect_uri,
    scope: the.scope,
    state: `state-${requests}`,
    nonce: 'n',
    // RFC 7636 appendix B: this run never redeems its codes.
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  })
  return { address: address.href, state: `state-${requests}` }
}

/** Signs in on a page; `password`: what is typed. */
async function signIn(page, password = the.password) {
  await page.getByLabel('Username').fill(the.username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const allow = (page) => page.getByRole('button', { name: 'Allow' })
const arrived = (page) => page.locator('#arrived').waitFor()
const codes = () => received.filter((each) => each.searchParams.has('code')).map((each) => each.searchParams.get('state'))

for (const first of [0, 1]) {
  await step(`two-tabs-${first === 0 ? 'in-order' : 'the-other-first'}`, async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const asked = [request(), request()]
    const tabs = [await context.newPage(), await context.newPage()]
    for (const [at, tab] of tabs.entries()) await tab.goto(asked[at].address)
    for (const at of [first, 1 - first]) {
      await signIn(tabs[at])
      // Who has just allowed this app the same is not asked for it again.
      await allow(tabs[at]).or(tabs[at].locator('#arrived')).waitFor()
      if (await allow(tabs[at]).isVisible()) await allow(tabs[at]).click()
      await arrived(tabs[at])
      assert(codes().includes(asked[at].state), `tab ${at} got its code`)
    }
    await context.close()
  })
}

await step('two-tabs-signed-in-before-either-consents', async () => {
  const context = await browser.newContext()
  const asked = [request({ prompt: 'consent' }), request({ prompt: 'consent' })]
  const tabs = [await context.newPage(), await context.newPage()]
  for (const [at, tab] of tabs.entries()) await tab.goto(asked[at].address)
  for (const tab of tabs) await signIn(tab)
  for (const [at, tab] of tabs.entries()) {
    await allow(tab).click()
    await arrived(tab)
    assert(codes().includes(asked[at].state), `tab ${at} got its code`)
  }
  await context.close()
})

await step('back-after-signing-in', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const { address, state } = request({ prompt: 'consent' })
  await page.goto(address)
  await signIn(page)
  await allow(page).waitFor()
  // From the consent page to the page before: the person is signed in, and is asked again.
  await page.goBack()
  await allow(page).waitFor()
  await page.reload()
  await allow(page).click()
  await arrived(page)
  // From the client back.
  await page.goBack()
  await allow(page).waitFor()
  const before = codes().length
  await allow(page).click()
  await arrived(page)
  assert.equal(codes().length, before + 1)
  assert.equal(received.at(-1).searchParams.get('state'), state)
  await context.close()
})

await step('an-address-opened-again-after-a-wrong-password', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const { address, state } = request()
  await page.goto(address)
  await signIn(page, 'not the password')
  await page.getByRole('alert').waitFor()
  const here = page.url()
  // As with the Enter key in the address bar.
  await page.goto(here)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await signIn(page)
  await allow(page).or(page.locator('#arrived')).waitFor()
  if (await allow(page).isVisible()) await allow(page).click()
  await arrived(page)
  assert.equal(received.at(-1).searchParams.get('state'), state)
  await context.close()
})

await step('the-own-address', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL('/', the.issuer).href)
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page)
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await page.getByRole('link', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor()
  const answer = await page.goto(new URL('/no-such-page', the.issuer).href)
  assert.equal(answer.status(), 404)
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor()
  await context.close()
})

await step('too-long-an-address', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const answer = await page.goto(`${the.authorization_endpoint}?state=${'x'.repeat(60_000)}`)
  assert.equal(answer.status(), 431)
  await page.getByRole('heading', { name: 'Your browser sent too much' }).waitFor()
  await context.close()
})

await browser.close()
listener.close()
listener.closeAllConnections()
