// Reading requests and writing answers, with Node's http only.
import { isIP } from 'node:net'

const LARGEST = 64 * 1024

/** The raw body; `undefined` when it is too large. */
export async function bodyOf(request) {
  const parts = []
  let size = 0
  for await (const part of request) {
    size += part.length
    if (size > LARGEST) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

/** The client's id and secret in the header Authorization (RFC 6749 section 2.3.1), if it is there. */
export function basicOf(request) {
  const [, encoded] = request.headers.authorization?.match(/^basic +(\S+)$/i) ?? []
  if (!encoded) return {}
  const [, id, secret] = Buffer.from(encoded, 'base64').toString().match(/^([^:]*):(.*)$/s) ?? []
  const decoded = (part) => {
    try {
      return decodeURIComponent(part.replaceAll('+', ' '))
    } catch {
      return part
    }
  }
  return id === undefined ? {} : { clientId: decoded(id), clientSecret: decoded(secret) }
}

/** The access token in the header Authorization, if it is there. */
export const bearerOf = (request) => request.headers.authorization?.match(/^bearer +(\S+)$/i)?.[1]

/** An answer of this status; tokens and personal data are in most of them, so none is stored. */
export function answer(response, status, type, body, headers = {}) {
  response.writeHead(status, { 'Cache-Control': 'no-store', ...(type && { 'Content-Type': type }), ...headers })
  response.end(body)
}

export const json = (response, status, body, headers) =>
  answer(response, status, 'application/json', typeof body === 'string' ? body : JSON.stringify(body), headers)

export const html = (response, body, headers) =>
  answer(response, 200, 'text/html; charset=utf-8', body, {
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'no-referrer',
    ...headers,
  })

/** Sends the browser on. */
export const redirect = (response, location) => answer(response, 302, undefined, undefined, { Location: location })

/** A fault of this server or of its backend; the client learns only that there was one. */
export const fault = (response) => json(response, 500, { error: 'server_error' })

/** Where to listen for an issuer: its host and port. */
export function listenAt(issuer) {
  const { hostname, port } = new URL(issuer)
  return { host: isIP(hostname) ? hostname : '127.0.0.1', port: Number(port || 9000) }
}
