// Somebody with a browser's cookies, who follows redirects and fills in forms.
import assert from 'node:assert/strict'

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescape(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (all, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : (ENTITIES[name] ?? all),
  )
}

function attributes(tag) {
  const found = {}
  for (const [, name, value] of tag.matchAll(/\s([a-z-]+)(?:="([^"]*)")?/gi)) found[name.toLowerCase()] = unescape(value ?? '')
  return found
}

/** The first form of a page: where it posts to, its fields, its named buttons. */
export function formOf(address, html) {
  const [, head, inside] = html.match(/<form\b([^>]*)>([\s\S]*?)<\/form>/i) ?? assert.fail(`no form on ${address}:\n${html}`)
  const { action = '', method } = attributes(head)
  assert.equal(method?.toLowerCase(), 'post', 'the form posts')
  const named = (tag) => [...inside.matchAll(new RegExp(`<${tag}\\b[^>]*>`, 'gi'))].map(([text]) => attributes(text)).filter((a) => a.name)
  return {
    action: new URL(action, address),
    fields: new Map(named('input').map(({ name, value = '' }) => [name, value])),
    buttons: named('button').map(({ name, value = '' }) => [name, value]),
  }
}

export class Person {
  #cookies = new Map()

  constructor({ username, password }) {
    this.username = username
    this.password = password
  }

  /**
   * Answers pages until sent to `redirectUri`: the callback, what was asked on the way, and the pages themselves.
   * A callback by form (`response_mode=form_post`) comes as a request. Without `redirectUri` the last page is the end, and a form
   * without buttons, which a browser's script sends, is sent.
   */
  async authorize(address, redirectUri, decision = 'approve') {
    const answered = []
    const pages = []
    let here = new URL(address)
    let answer = await this.#send(here)
    for (let steps = 0; steps < 12; steps++) {
      if (answer.status >= 300 && answer.status < 400) {
        here = new URL(answer.headers.get('location'), here)
        if (redirectUri && here.href.startsWith(redirectUri)) return { callback: here, answered, pages }
        answer = await this.#send(here)
        continue
      }
      const page = await answer.text()
      assert.equal(answer.status, 200, `${here} answered ${answer.status}:\n${page}`)
      pages.push(page)
      if (!redirectUri && !page.includes('<form')) return { answered, pages }
      const { action, fields, buttons } = formOf(here, page)
      if (redirectUri && action.href.startsWith(redirectUri)) {
        return { callback: new Request(action, { method: 'POST', body: new URLSearchParams([...fields]) }), answered, pages }
      }
      if (fields.has('password')) {
        answered.push('login')
        fields.set('username', this.username).set('password', this.password)
      } else if (buttons.length > 0) {
        answered.push('consent')
        assert(buttons.some(([name, value]) => name === 'decision' && value === decision), `a ${decision} button on ${here}`)
        fields.set('decision', decision)
      }
      here = action
      answer = await this.#send(here, { method: 'POST', body: new URLSearchParams([...fields]) })
    }
    assert.fail(`no way back to ${redirectUri}; answered ${answered}, now at ${here}`)
  }

  async #send(address, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(address, { ...init, redirect: 'manual', headers: cookie ? { cookie } : {} })
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value, rest] = line.match(/^([^=]+)=([^;]*)(.*)$/)
      if (/;\s*max-age=0\b/i.test(rest)) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return answer
  }
}
