// npm passport-openidconnect, which has no discovery: what it must be told are the addresses of the metadata.
import assert from 'node:assert/strict'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import Strategy from 'passport-openidconnect'
import { step, the } from '../case.mjs'
import { Person } from '../person.mjs'
import { runs } from './versions.mjs'

runs('passport-openidconnect')
const metadata = await (await fetch(`${the.issuer}/.well-known/openid-configuration`)).json()
const { origin, port, pathname } = new URL(the.redirect_uri)

const application = new passport.Passport()
application.serializeUser((person, done) => done(null, person))
application.deserializeUser((person, done) => done(null, person))
application.use(
  new Strategy(
    {
      issuer: the.issuer,
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      userInfoURL: metadata.userinfo_endpoint,
      clientID: the.client_id,
      clientSecret: the.client_secret,
      callbackURL: the.redirect_uri,
    },
    // It asks for user info when the function has this many parameters.
    (issuer, profile, claims, context, idToken, accessToken, refreshToken, answer, done) => done(null, { issuer, ...profile }),
  ),
)

const app = express()
app.use(session({ secret: 'a secret of this application', resave: false, saveUninitialized: false }))
app.use(application.authenticate('session'))
app.get('/login', application.authenticate('openidconnect', { scope: ['profile'] }))
app.get(pathname, application.authenticate('openidconnect', { successReturnToOrRedirect: '/me' }))
app.get('/me', (request, response) => response.json(request.user ?? null))
const server = await new Promise((resolve) => {
  const made = app.listen(Number(port), '127.0.0.1', () => resolve(made))
})

const me = await step('code', async () => {
  const { pages } = await new Person(the).authorize(`${origin}/login`)
  return JSON.parse(pages.at(-1))
})
await step('userinfo', () => {
  assert.equal(me.issuer, the.issuer)
  assert.equal(me.displayName, the.name)
})
server.closeAllConnections()
server.close()
