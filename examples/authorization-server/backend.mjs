// Jeton, through the SDK.
import { Authlete } from '@authlete/typescript-sdk'
import { accessToken, jeton, serviceId } from './settings.mjs'

/** The SDK. */
export const backend = new Authlete({ serverURL: jeton, bearer: accessToken })

/** What every call names: the service. */
export { serviceId }

/**
 * A token request. This version of the SDK does not know the action ID_TOKEN_REISSUABLE and throws; what came is in the error.
 */
export async function tokenResponse(tokenRequest) {
  try {
    return await backend.token.process({ serviceId, tokenRequest })
  } catch (error) {
    if (error.rawValue?.action === 'ID_TOKEN_REISSUABLE') return error.rawValue
    throw error
  }
}

/** The discovery document. The SDK drops every member of it, so this asks for it directly. */
export async function configuration() {
  const answer = await fetch(`${jeton}/api/${serviceId}/service/configuration`, { headers: { Authorization: `Bearer ${accessToken}` } })
  if (!answer.ok) throw new Error(`the discovery document: HTTP ${answer.status}`)
  return answer.text()
}

/** The public keys. */
export const keys = () => backend.jwkSetEndpoint.serviceJwksGetApi({ serviceId })
