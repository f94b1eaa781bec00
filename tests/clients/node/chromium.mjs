// The browser that the scripts drive.
import { chromium } from 'playwright-core'
import { the } from './case.mjs'

/** A headless browser that speaks to this machine only. */
export function launch() {
  return chromium.launch({
    executablePath: the.browser,
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  })
}
