// What a script is told, and how it reports: one `ok STEP` line for each thing it drove.
import assert from 'node:assert/strict'

/** The server, the client and the person of this run. */
export const the = JSON.parse(process.env.JETON_CASE ?? 'null')
assert(the, 'JETON_CASE is not set: these scripts are started by `cargo test -p jeton-tests`')

/** Runs one step and reports it; a failure ends the script and names the step. */
export async function step(name, act) {
  try {
    const result = await act()
    console.log(`ok ${name}`)
    return result
  } catch (error) {
    console.error(`not ok ${name}`)
    console.error(error)
    for (let cause = error?.cause; cause; cause = cause.cause) console.error('cause:', cause)
    process.exit(1)
  }
}

/** Expects `act` to be refused by the server with this error code. */
export async function refused(code, act) {
  let result
  try {
    result = await act()
  } catch (error) {
    // The libraries hand over the code itself, or, for a 401 with a challenge, the response.
    const found = error.error ?? (await error.response?.json())?.error
    assert.equal(found, code, `refused, but otherwise: ${error}`)
    return error
  }
  assert.fail(`expected ${code}, got ${JSON.stringify(result)}`)
}
