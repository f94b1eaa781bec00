// A small authorization server: the users, the pages and the routes are here, the protocol, the tokens and the keys are in Jeton.
import { createServer } from 'node:http'
import { authorize, consent, login } from './authorize.mjs'
import { configuration, keys } from './backend.mjs'
import { fault, json, listenAt } from './http.mjs'
import { introspect, userInfo } from './resources.mjs'
import { issuer } from './settings.mjs'
import { push, revoke, token } from './token.mjs'

const discovery = async (_, response) => json(response, 200, await configuration())

const ROUTES = {
  'GET /authorize': authorize,
  'POST /authorize': authorize,
  'POST /login': login,
  'POST /consent': consent,
  'POST /token': token,
  'POST /revoke': revoke,
  'POST /par': push,
  'POST /introspect': introspect,
  'GET /userinfo': userInfo,
  'POST /userinfo': userInfo,
  'GET /jwks': async (_, response) => json(response, 200, await keys()),
  'GET /.well-known/openid-configuration': discovery,
  'GET /.well-known/oauth-authorization-server': discovery,
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, issuer)
  const route = ROUTES[`${request.method} ${url.pathname}`]
  if (!route) return json(response, 404, { error: 'not_found' })
  try {
    await route(request, response, url)
  } catch (error) {
    // The message of the SDK's errors has Jeton's result code; tokens and secrets are not in it.
    console.error(`${request.method} ${url.pathname}: ${error.name}: ${error.message}`)
    if (!response.headersSent) fault(response)
  }
})

const { host, port } = listenAt(issuer)
server.listen(port, host, () => console.log(`listening on ${issuer}`))
