// npm @authlete/typescript-sdk against Jeton: every operation that it has.
//
// Each operation is a step of its own: `ok NAME`, or `not ok NAME: what differs from the contract`. A step that fails does not end
// the run. The last step fails unless every method of the SDK was called.
import assert from 'node:assert/strict'
import { failures, notCalled, step, the } from './authlete/case.mjs'
import * as clients from './authlete/clients.mjs'
import * as devices from './authlete/devices.mjs'
import * as registration from './authlete/registration.mjs'
import * as rest from './authlete/rest.mjs'
import * as runtime from './authlete/runtime.mjs'
import * as services from './authlete/services.mjs'
import * as tickets from './authlete/tickets.mjs'
import * as tokens from './authlete/tokens.mjs'

await services.setUp()
await clients.make()
for (const area of [services, clients, tokens, runtime, tickets, registration, devices, rest]) await area.drive()
await services.end()
await step('every-operation', () => assert.deepEqual(notCalled(), [], 'never called'))
process.exitCode = failures.every((name) => the.may_differ?.includes(name)) ? 0 : 1
