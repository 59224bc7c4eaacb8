import { type Browser, launch } from 'puppeteer-core'
import { findFirefox } from '../../../scripts/lib/firefox.mjs'

/** Starts a Firefox with a fresh profile, driven by WebDriver BiDi. */
export function launchFirefox(): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath: findFirefox(),
    headless: true,
    // It has as long to start as a test has to run.
    timeout: 60_000,
  })
}
