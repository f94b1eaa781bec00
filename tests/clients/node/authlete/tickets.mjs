// Section 4.1, tickets as the caller's memory; section 4.3, what a user granted.
import assert from 'node:assert/strict'
import { fails, millis, own, says, serviceId, sorted, step } from './case.mjs'
import { it } from './clients.mjs'
import { authorize, issue, request } from './runtime.mjs'

const NOBODYS = 'nobody-has-this-ticket'

export async function drive() {
  const { management } = own.authorization
  const info = (ticket) => management.getTicketInfo({ serviceId, authorizationTicketInfoRequest: { ticket } })
  const update = (ticket, info) => management.updateTicket({ serviceId, authorizationTicketUpdateRequest: { ticket, info } })
  const ticket = async () => (await authorize(request(), 'my own notes')).ticket

  await step('authorization.management.getTicketInfo', async () => {
    const answer = says(await info(await ticket()), { action: 'OK' })
    assert.equal(answer.info?.context, 'my own notes')
    says(await info(NOBODYS), { action: 'NOT_FOUND' })
  })

  await step('authorization.management.updateTicket', async () => {
    const own = await ticket()
    // The description of the API says text; what the vendor's own server sends is an object, written as text.
    says(await update(own, 'plain notes'), { action: 'OK' })
    assert.equal((await info(own)).info?.context, 'plain notes')
    says(await update(own, '{"context":"other notes"}'), { action: 'OK' })
    assert.equal((await info(own)).info?.context, 'other notes')
    says(await update(NOBODYS, 'notes'), { action: 'NOT_FOUND' })
  })

  const { management: clients } = own.client
  const of = (clientId) => ({ serviceId, clientId, subjectPathParameter: 'granter', subjectQueryParameter: 'granter' })

  await step('client.management.getGrantedScopes', async () => {
    says(await issue({ subject: 'granter' }, { scope: 'openid read' }), { action: 'LOCATION' })
    says(await issue({ subject: 'granter' }, { scope: 'openid write' }), { action: 'LOCATION' })
    const answer = says(await clients.getGrantedScopes(of(String(it.id))), { clientId: it.id, subject: 'granter', modifiedAt: millis })
    assert.deepEqual(sorted(answer.latestGrantedScopes), ['openid', 'write'])
    assert.deepEqual(sorted(answer.mergedGrantedScopes), ['openid', 'read', 'write'])
    await fails(() => clients.getGrantedScopes(of('987654321')), [400, 404])
  })

  await step('client.management.deleteGrantedScopes', async () => {
    says(await clients.deleteGrantedScopes(of(String(it.id))), { resultCode: (got) => ['A140001', 'A140002'].includes(got) })
    const answer = await clients.getGrantedScopes(of(String(it.id)))
    assert(!answer.mergedGrantedScopes?.length, 'still remembered')
    await fails(() => clients.deleteGrantedScopes(of('987654321')), [400, 404])
  })
}
