import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../../../scripts/lib/chromium.mjs'

/** Options of {@link launchChromium}. */
export interface LaunchOptions {
  /** Default {@link findChromium}. */
  executablePath?: string
  /** Default true. */
  headless?: boolean
  /** Whether pages hide their addresses behind mDNS names, as browsers do. Default true. */
  mdns?: boolean
  /** Gives pages a camera and a microphone that need no permission. Default false. */
  fakeMedia?: boolean
  /** More arguments for the browser. */
  args?: readonly string[]
}

/** Starts a Chromium with a fresh profile that talks to nobody by itself. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: options.executablePath ?? findChromium(),
    headless: options.headless ?? true,
    // It refuses to run as root otherwise.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      // Pages behind other pages keep their timers.
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
      ...(options.mdns === false ? ['--disable-features=WebRtcHideLocalIpsWithMdns'] : []),
      ...(options.fakeMedia === true
        ? ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
        : []),
      ...(options.args ?? []),
    ],
  })
}
