// The browser that the scripts drive.
import { chromium } from 'playwright-core'
import { the } from './case.mjs'

/** How long a start or a page may take, in milliseconds: this ends only what hangs, however busy the machine is. */
const patience = 300_000

/** A headless browser that speaks to this machine only. */
export async function launch() {
  const browser = await chromium.launch({
    timeout: patience,
    executablePath: the.browser,
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
  const newContext = browser.newContext.bind(browser)
  browser.newContext = async (options) => {
    const context = await newContext(options)
    context.setDefaultTimeout(patience)
    return context
  }
  return browser
}
