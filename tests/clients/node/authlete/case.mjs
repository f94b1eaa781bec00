// The case of this run, the SDK with a record of what was called, and how a step is reported.
import assert from 'node:assert/strict'
import { Authlete } from '@authlete/typescript-sdk'

/** The server and the credentials of this run. */
export const the = JSON.parse(process.env.JETON_CASE ?? 'null')
assert(the, 'JETON_CASE is not set: these scripts are started by `cargo test -p jeton-tests`')
export const serviceId = String(the.service)

const called = new Set()

/** The part of the SDK at `path`, noting the path of each method that is called. */
function recorded(part, path = '') {
  return new Proxy(part, {
    get(target, name) {
      const value = Reflect.get(target, name, target)
      const own = path ? `${path}.${name}` : name
      if (typeof value === 'object' && value !== null) return recorded(value, own)
      if (typeof value !== 'function') return value
      return (...given) => {
        called.add(own)
        return value.apply(target, given)
      }
    },
  })
}

/** The SDK with a credential. */
export const sdk = (bearer) => recorded(new Authlete({ serverURL: the.base, bearer }))
/** With the service's own credential, with the organization's, and with one that nobody gave out. */
export const own = sdk(the.access_token)
export const organization = sdk(the.organization)
export const stranger = sdk('nobody-knows-this-token-at-all-0')

/** The paths of all methods below a part of the SDK. */
function methods(part, path = '') {
  const members = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(part)))
  return members.flatMap(([name, { get, value }]) => {
    const own = path ? `${path}.${name}` : name
    if (get) return methods(part[name], own)
    return typeof value === 'function' && name !== 'constructor' ? [own] : []
  })
}

/** The methods of the SDK that no step has called. */
export const notCalled = () => methods(new Authlete({ bearer: 'none' })).filter((name) => !called.has(name))

/** The steps that failed. */
export const failures = []

/** Reports one operation; whatever goes wrong is said and remembered, and the run goes on. */
export async function step(name, act) {
  try {
    await act()
    console.log(`ok ${name}`)
  } catch (error) {
    failures.push(name)
    const said = error.code === 'ERR_ASSERTION' ? error.message : `${error.name}: ${error.message}`
    const cause = error.rawValue === undefined ? '' : ` ${JSON.stringify(error.rawValue)}`
    console.log(`not ok ${name}: ${`${said} ${error.body ?? ''}${cause}`.replaceAll(/\s+/g, ' ').slice(0, 900)}`)
  }
}

/** Fails unless the answer has these members; a function decides, anything else must be equal. Says all that differ. */
export function says(answer, wanted) {
  const differ = Object.entries(wanted).flatMap(([name, expected]) => {
    const got = answer?.[name]
    try {
      if (typeof expected === 'function') assert(expected(got))
      else assert.deepEqual(got, expected)
      return []
    } catch {
      return [`${name} is ${JSON.stringify(got)}${typeof expected === 'function' ? '' : `, not ${JSON.stringify(expected)}`}`]
    }
  })
  assert(differ.length === 0, `${differ.join('; ')} (${answer?.resultMessage ?? 'no message'})`)
  return answer
}

/** Fails unless the call as a whole fails with one of these statuses and a result; returns the result. */
export async function fails(act, statuses, code = /^A\d{6}$/) {
  let answer
  try {
    answer = await act()
  } catch (error) {
    assert(error.statusCode, `no answer: ${error}`)
    assert([statuses].flat().includes(error.statusCode), `HTTP ${error.statusCode}, not ${statuses}: ${error.body}`)
    // The SDK makes a ResultError of these four.
    if ([400, 401, 403, 500].includes(error.statusCode)) assert.equal(error.name, 'ResultError', error.message)
    const said = JSON.parse(error.body)
    assert.match(said.resultCode ?? '', code)
    assert(said.resultMessage?.startsWith(`[${said.resultCode}]`), `resultMessage is ${said.resultMessage}`)
    return said
  }
  assert.fail(`expected HTTP ${statuses}, got ${JSON.stringify(answer)}`)
}

/** The raw body of a client's request. */
export const form = (members) => new URLSearchParams(members).toString()
/** In any order. */
export const sorted = (list) => [...(list ?? [])].sort()
/** Is a time in milliseconds. */
export const millis = (got) => got > 1_500_000_000_000
export const isText = (got) => typeof got === 'string' && got.length > 0
/** Starts with this. */
export const starts = (start) => (got) => typeof got === 'string' && got.startsWith(start)
/** Is of this class: 0 success, 2 the caller's fault, 3 the client's. */
export const ofClass = (digit) => (got) => typeof got === 'string' && got[4] === digit
/** Is one of these. */
export const oneOf = (...values) => (got) => values.includes(got)
