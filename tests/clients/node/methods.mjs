// What both npm libraries need to authenticate in every way: keys, and a fetch that shows a certificate.
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { Agent, fetch as fetchThrough } from 'undici'
import { the } from './case.mjs'

const parameters = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
}

/** A private JWK as the libraries take it. */
export async function privateKey({ kid, alg, use, ...jwk }) {
  return { kid, key: await crypto.subtle.importKey('jwk', jwk, parameters[alg], false, ['sign']) }
}

/** A fetch that trusts the test's authority and shows the client's certificate, if it has one. */
export function fetchAs({ certificate, certificate_key }) {
  const read = (path) => path && readFileSync(path)
  const dispatcher = new Agent({ connect: { ca: read(the.authority), cert: read(certificate), key: read(certificate_key) } })
  return (address, options) => fetchThrough(address, { ...options, dispatcher })
}

/** Serves the public keys of the clients that registered an address for them. */
export async function serveKeys() {
  const server = createServer((_, response) => {
    const keys = the.clients.filter((client) => client.jwks_uri).map((client) => client.public_key)
    response.setHeader('content-type', 'application/jwk-set+json').end(JSON.stringify({ keys }))
  })
  const { port } = new URL(the.clients.find((client) => client.jwks_uri).jwks_uri)
  await new Promise((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
  return () => server.close()
}
