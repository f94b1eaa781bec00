// The two pages of this server. Everything that comes from outside is escaped.

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const text = (value) => String(value ?? '').replaceAll(/[&<>"']/g, (character) => ESCAPES[character])

const page = (title, body) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${text(title)}</title>
<style>body { font: 1rem/1.5 system-ui; max-width: 24rem; margin: 4rem auto; padding: 0 1rem } label, button { display: block; margin: 1rem 0 } input { width: 100%; padding: .5rem } button { padding: .5rem 1.5rem } .said { color: #a00 }</style>
<h1>${text(title)}</h1>
${body}
</html>`

/** Asks for a name and a password. `id`: of the request that waits. */
export const loginPage = (id, { client, loginHint, wrong }) =>
  page(
    'Sign in',
    `<p>${text(client.clientName)} asks you to sign in.</p>
${wrong ? '<p class="said">There is nobody with this name and password.</p>' : ''}
<form method="post" action="/login">
<input type="hidden" name="id" value="${text(id)}">
<label>Name <input name="username" value="${text(loginHint)}" autocomplete="username" autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button>
</form>`,
  )

/** Asks whether the client may have what it wants. */
export const consentPage = (id, { client, scopes = [], person }) =>
  page(
    'Allow access?',
    `<p>${text(client.clientName)} wants, in the name of ${text(person.claims.name)}:</p>
<ul>${scopes.map((scope) => `<li>${text(scope.description ?? scope.name)}</li>`).join('')}</ul>
<form method="post" action="/consent">
<input type="hidden" name="id" value="${text(id)}">
<button name="decision" value="approve">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  )
