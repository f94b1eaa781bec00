// npm @modelcontextprotocol/sdk on both sides: an MCP server whose tokens Jeton issues, and its client, which knows nothing but the
// server's address. It gets a client id in both ways, by registration and by a document at an address of its own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { discoverAuthorizationServerMetadata, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { getOAuthProtectedResourceMetadataUrl, mcpAuthMetadataRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { step, the } from '../case.mjs'
import { Person } from '../person.mjs'
import { runs } from './versions.mjs'

runs('@modelcontextprotocol/sdk')

/** Listens at a port that the system chooses. */
const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)))

// The server's part, as docs/flows/mcp.md shows it.
const metadata = await discoverAuthorizationServerMetadata(the.issuer)
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri))

/** Checks a token: signed by the issuer, and meant for this server. */
const verifierOf = (resource) => ({
  async verifyAccessToken(token) {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer: metadata.issuer, audience: resource, typ: 'at+jwt' })
      const { client_id: clientId, scope = '', exp: expiresAt, sub } = payload
      return { token, clientId, scopes: scope.split(' '), expiresAt, resource: new URL(resource), extra: { sub } }
    } catch (error) {
      throw new InvalidTokenError(error.message)
    }
  },
})

/** An MCP server with one tool, at a free port; its address. */
async function served() {
  const app = createMcpExpressApp()
  const port = await listening((await import('node:http')).createServer(app))
  const address = new URL(`http://127.0.0.1:${port}/mcp`)
  app.use(mcpAuthMetadataRouter({ oauthMetadata: metadata, resourceServerUrl: address, scopesSupported: ['profile'] }))
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(address)
  const authenticated = requireBearerAuth({ verifier: verifierOf(address.href), resourceMetadataUrl, expectedResource: address.href })
  app.post('/mcp', authenticated, async (request, response) => {
    const server = new McpServer({ name: 'tides', version: '1.0.0' })
    server.registerTool('who', { description: 'Says whose token came.' }, ({ authInfo }) => ({
      content: [{ type: 'text', text: `${authInfo.extra.sub} by ${authInfo.clientId}` }],
    }))
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
    response.on('close', () => transport.close())
    await server.connect(transport)
    await transport.handleRequest(request, response, request.body)
  })
  app.get('/mcp', (_, response) => response.status(405).end())
  return address
}

/** What a client of the SDK keeps: all of it in memory. */
class Memory {
  asked = []
  constructor(clientMetadataUrl) {
    this.clientMetadataUrl = clientMetadataUrl
  }
  get redirectUrl() {
    return the.redirect_uri
  }
  get clientMetadata() {
    return {
      client_name: 'Tide agent',
      redirect_uris: [the.redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    }
  }
  clientInformation = () => this.client
  saveClientInformation = (client) => void (this.client = client)
  tokens = () => this.kept
  saveTokens = (tokens) => void (this.kept = tokens)
  codeVerifier = () => this.verifier
  saveCodeVerifier = (verifier) => void (this.verifier = verifier)
  redirectToAuthorization = (address) => void this.asked.push(address)
}

const client = () => new Client({ name: 'tide-agent', version: '1.0.0' })

/** Connects: finds out what is needed, sends the person to sign in, and connects again. */
async function connected(address, memory) {
  const first = new StreamableHTTPClientTransport(address, { authProvider: memory })
  await assert.rejects(client().connect(first), UnauthorizedError)
  assert.equal(memory.asked.length, 1, 'one request for a sign-in')
  assert.equal(memory.asked[0].searchParams.get('resource'), address.href)
  const { callback, pages } = await new Person(the).authorize(memory.asked[0], the.redirect_uri)
  await first.finishAuth(callback.searchParams.get('code'))
  const agent = client()
  await agent.connect(new StreamableHTTPClientTransport(address, { authProvider: memory }))
  return { agent, consent: pages.at(-1) }
}

async function calls(agent, memory) {
  const { content } = await agent.callTool({ name: 'who' })
  assert.equal(content[0].text.split(' by ')[1], memory.client.client_id)
}

const address = await served()
await step('discovery', async () => {
  assert.equal(metadata.client_id_metadata_document_supported, true)
  const answer = await fetch(address, { method: 'POST' })
  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate'), /resource_metadata="[^"]*\/\.well-known\/oauth-protected-resource\/mcp"/)
})

const registered = new Memory()
await step('registration', async () => {
  const { agent, consent } = await connected(address, registered)
  assert(consent.includes(`<bdi>${address.href}</bdi>`), 'the person is told the resource')
  await calls(agent, registered)
  await agent.close()
})

// The document is on a server of the client's own.
const documents = https.createServer({ cert: readFileSync(the.certificate), key: readFileSync(the.certificate_key) }, (request, response) => {
  if (request.url !== '/agent.json') return response.writeHead(404).end()
  const document = { client_id: described.clientMetadataUrl, ...described.clientMetadata }
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=300' }).end(JSON.stringify(document))
})
await new Promise((resolve) => documents.listen(the.document_port, '127.0.0.1', resolve))
const described = new Memory(`https://localhost:${the.document_port}/agent.json`)
const agent = await step('client-id-document', async () => {
  const { agent, consent } = await connected(address, described)
  assert.equal(described.client.client_id, described.clientMetadataUrl)
  assert(consent.includes(`<bdi>localhost:${the.document_port}</bdi>`), 'the person is told the host')
  assert(consent.includes(`<bdi>${address.href}</bdi>`), 'and the resource')
  return agent
})
await step('tool-call', () => calls(agent, described))
await step('refresh', async () => {
  const before = described.kept.access_token
  described.kept = { ...described.kept, access_token: 'expired' }
  const again = client()
  await again.connect(new StreamableHTTPClientTransport(address, { authProvider: described }))
  await calls(again, described)
  assert.notEqual(described.kept.access_token, before)
  assert.equal(described.asked.length, 1, 'without a person')
  await again.close()
})
await step('foreign-audience-refused', async () => {
  const other = await served()
  const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  const headers = { authorization: `Bearer ${described.kept.access_token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const answer = await fetch(other, { method: 'POST', headers, body: JSON.stringify(message) })
  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate'), /error="invalid_token"/)
})
await agent.close()
process.exit(0)
