import { build as buildAll } from './build.mjs'
import { provideChromium } from './chromium.mjs'
import { provideFirefox } from './firefox.mjs'
import { install } from './install.mjs'
import { requireNode } from './node-version.mjs'

/**
 * Makes a machine with only Node and npm ready: dependencies, a browser if asked for, built packages.
 * What is ready already is left alone, so a second run needs no network.
 * @param {object} [options]
 * @param {boolean} [options.chromium] find or install a Chromium and leave its path in `CHROMIUM`
 * @param {boolean} [options.firefox] the same for a Firefox and `FIREFOX`
 * @param {boolean} [options.build] build the packages
 */
export async function setUp({ chromium = false, firefox = false, build = true } = {}) {
  requireNode()
  await install()
  if (chromium) await provideChromium()
  if (firefox) await provideFirefox()
  if (build) await buildAll()
}
