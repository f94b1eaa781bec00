// npm express-openid-connect with its defaults: an issuer, the application's address, an id, and a secret for its cookie. It is an
// application that signs people in with an ID token by form; with the client's secret and `response_type: 'code'` it redeems codes.
import assert from 'node:assert/strict'
import express from 'express'
import oidc from 'express-openid-connect'
import { step, the } from '../case.mjs'
import { Person } from '../person.mjs'
import { runs } from './versions.mjs'

runs('express-openid-connect')
const { origin: baseURL, port } = new URL(the.redirect_uri)

/** Serves an application whose every page needs a sign-in, while `act` runs. */
async function serving(options, act) {
  const app = express()
  // The second application must not get what the first one's connection carries.
  app.use((request, response, next) => next(response.set('connection', 'close') && undefined))
  const common = { issuerBaseURL: the.issuer, baseURL, clientID: the.client_id, secret: 'a secret for the cookie of this application' }
  app.use(oidc.auth({ ...common, ...options }))
  app.get('/me', async (request, response) => {
    const { oidc: session } = request
    const info = session.accessToken ? await session.fetchUserInfo() : {}
    const fresh = session.refreshToken ? await session.accessToken.refresh() : undefined
    response.json({ claims: session.idTokenClaims, info, refreshed: Boolean(fresh?.access_token) })
  })
  const server = await new Promise((resolve) => {
    const made = app.listen(Number(port), '127.0.0.1', () => resolve(made))
  })
  try {
    return await act(new Person(the))
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** Asks for a page, signs in on the way, and reads it. */
async function me(person) {
  const { pages } = await person.authorize(`${baseURL}/me`)
  return JSON.parse(pages.at(-1))
}

await step('id-token-by-form', () =>
  serving({}, async (person) => assert.equal((await me(person)).claims.iss, the.issuer)),
)
await serving(
  {
    clientSecret: the.client_secret,
    idpLogout: true,
    authorizationParams: { response_type: 'code', scope: 'openid profile offline_access' },
  },
  async (person) => {
    const seen = await step('code', () => me(person))
    await step('userinfo', () => assert.equal(seen.info.name, the.name))
    await step('refresh', () => assert(seen.refreshed))
    await step('sign-out', async () => {
      await person.authorize(`${baseURL}/logout`, `${baseURL}/`)
      const { answered } = await person.authorize(`${baseURL}/me`)
      assert(answered.includes('login'), 'nobody is signed in any more')
    })
  },
)
