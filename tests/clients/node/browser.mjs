// A real browser without JavaScript against Jeton's pages.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { step, the } from './case.mjs'
import { launch } from './chromium.mjs'

/** The callbacks that the client's own web server got. */
const received = []
const listener = createServer(async (request, response) => {
  const asked = new URL(request.url, the.redirect_uri)
  if (request.method === 'POST') {
    asked.search = await text(request)
    asked.hash = 'posted'
  }
  if (asked.href.startsWith(the.redirect_uri)) received.push(asked)
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>The client</title><p id="arrived">Arrived</p>')
})
await new Promise((resolve) => listener.listen(Number(new URL(the.redirect_uri).port), '127.0.0.1', resolve))
const at = (path) => new URL(path, the.redirect_uri).href

const browser = await launch()
// Whatever happens, neither the browser nor the listener may keep the test alive.
process.on('exit', () => listener.close())

const withoutScripts = () => browser.newContext({ javaScriptEnabled: false })

let requests = 0
/** A fresh authorization request of the client's. */
function request(more = {}) {
  requests += 1
  const address = new URL(the.authorization_endpoint)
  address.search = new URLSearchParams({
    client_id: the.client_id,
    response_type: 'code',
    redirect_uri: the.redirect_uri,
    scope: the.scope,
    prompt: 'consent',
    state: `state-${requests}`,
    nonce: 'n',
    // RFC 7636 appendix B: this run never redeems its codes.
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    ...more,
  })
  return { address: address.href, state: `state-${requests}` }
}

/** Where the page's form posts to. */
async function formAction(page) {
  return new URL(await page.locator('form').getAttribute('action'), page.url()).href
}

/** Expects an answer that leads nowhere. */
function refusal(answer) {
  assert(answer.status() >= 400 && answer.status() < 500, `refused, not ${answer.status()}`)
  assert.equal(answer.headers()['location'], undefined)
}

async function fillIn(page) {
  await page.getByLabel('Username').fill(the.username)
  await page.getByLabel('Password').fill(the.password)
}

await step('sign-in-without-javascript', async () => {
  const context = await withoutScripts()
  const page = await context.newPage()
  const refusals = []
  page.on('console', (message) => message.type() === 'error' && refusals.push(message.text()))
  const { address, state } = request()
  const answer = await page.goto(address)
  assert.equal(answer.status(), 200)
  assert.match(answer.headers()['cache-control'], /no-store/)

  assert.equal(await page.getByLabel('Username').getAttribute('autocomplete'), 'username')
  assert.equal(await page.getByLabel('Password').getAttribute('autocomplete'), 'current-password')
  const button = page.getByRole('button', { name: 'Sign in' })
  const { width } = await button.boundingBox()
  const form = await page.locator('form').boundingBox()
  assert.equal(Math.round(width), Math.round(form.width), 'the policy lets the style through: the button is as wide as its form')

  await fillIn(page)
  await button.click()
  await page.getByRole('heading', { name: /^Allow .+ to use your account\?$/ }).waitFor()
  await page.getByText(the.username, { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.locator('#arrived').waitFor()

  const callback = received.at(-1)
  assert.equal(callback.searchParams.get('state'), state)
  assert.equal(callback.searchParams.get('iss'), the.issuer)
  assert(callback.searchParams.get('code'))
  assert.deepEqual(refusals, [], 'the browser had nothing to refuse')
  await context.close()
})

await step('wrong-password-is-told', async () => {
  const context = await withoutScripts()
  const page = await context.newPage()
  await page.goto(request().address)
  await page.getByLabel('Username').fill(the.username)
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('Username').inputValue(), the.username)
  assert.equal(await page.getByLabel('Password').inputValue(), '')
  // The same page still works.
  await page.getByLabel('Password').fill(the.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.locator('#arrived').waitFor()
  assert.equal(received.at(-1).searchParams.get('error'), 'access_denied')
  await context.close()
})

await step('cannot-be-framed', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.route(at('/frame'), (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><iframe src="${request().address.replaceAll('&', '&amp;')}"></iframe>` }),
  )
  await page.goto(at('/frame'))
  await page.waitForLoadState('networkidle')
  const frame = page.frames().find((one) => one !== page.mainFrame())
  assert(frame, 'the frame exists')
  assert.equal(await frame.locator('input').count(), 0, 'but shows no form')
  await context.close()
})

for (const javaScriptEnabled of [true, false]) {
  await step(`answered-by-form-${javaScriptEnabled ? 'by-itself' : 'with-a-button'}`, async () => {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    const refusals = []
    page.on('console', (message) => message.type() === 'error' && refusals.push(message.text()))
    const { address, state } = request({ response_mode: 'form_post' })
    await page.goto(address)
    await fillIn(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Allow' }).click()
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click()
    await page.locator('#arrived').waitFor()
    const callback = received.at(-1)
    assert.equal(callback.hash, '#posted')
    assert.equal(callback.searchParams.get('state'), state)
    assert.equal(callback.searchParams.get('iss'), the.issuer)
    assert(callback.searchParams.get('code'))
    assert.deepEqual(refusals, [], 'the browser had nothing to refuse')
    await context.close()
  })
}

await step('a-ticket-is-bound-to-its-browser', async () => {
  const mine = await withoutScripts()
  const page = await mine.newPage()
  await page.goto(request().address)
  const action = await formAction(page)
  const ticket = await page.locator('input[name=ticket]').inputValue()
  assert(ticket.length >= 22, 'a ticket cannot be guessed')

  // Another browser that learnt the ticket, with the right password even, gets nowhere.
  const before = received.length
  const theirs = await withoutScripts()
  const answer = await theirs.request.post(action, {
    form: { ticket, username: the.username, password: the.password },
    maxRedirects: 0,
  })
  refusal(answer)
  assert.equal(received.length, before)

  // And so does one that has a session of its own under way.
  const other = await theirs.newPage()
  await other.goto(request().address)
  const again = await theirs.request.post(action, {
    form: { ticket, username: the.username, password: the.password },
    maxRedirects: 0,
  })
  refusal(again)

  // The browser the ticket belongs to goes on undisturbed.
  await fillIn(page)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Allow' }).waitFor()

  // Its consent is as little use to others.
  const consent = await formAction(page)
  const approval = await theirs.request.post(consent, {
    form: { ticket: await page.locator('input[name=ticket]').inputValue(), decision: 'approve' },
    maxRedirects: 0,
  })
  refusal(approval)
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.locator('#arrived').waitFor()
  await mine.close()
  await theirs.close()
})

await step('a-form-elsewhere-is-refused', async () => {
  // Somebody starts a sign-in, and has a page of theirs make another person's browser finish it.
  const attacker = await withoutScripts()
  const start = await attacker.newPage()
  await start.goto(request().address)
  const action = await formAction(start)
  const ticket = await start.locator('input[name=ticket]').inputValue()

  const victim = await withoutScripts()
  const page = await victim.newPage()
  await page.goto(request().address)
  const elsewhere = 'http://localhost:9/forge'
  await page.route(elsewhere, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><form method="post" action="${action}"><input name="ticket" value="${ticket}">
        <input name="username" value="${the.username}"><input name="password"><button>Go</button></form>`,
    }),
  )
  await page.goto(elsewhere)
  await page.locator('input[name=password]').fill(the.password)
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url() === action && response.request().method() === 'POST'),
    page.getByRole('button', { name: 'Go' }).click(),
  ])
  refusal(answer)
  await attacker.close()
  await victim.close()
})

await browser.close()
listener.close()
listener.closeAllConnections()
