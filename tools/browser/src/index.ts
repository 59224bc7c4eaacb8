/**
 * Real browsers for tests.
 * @module
 */

export { findChromium } from '../../../scripts/lib/chromium.mjs'
export { type BundleOptions, bundle } from './bundle.ts'
export { KillableChromium } from './killable.ts'
export { type LaunchOptions, launchChromium } from './launch.ts'
export { launchFirefox } from './launch-firefox.ts'
export { type Page, type ServedPage, servePage } from './serve.ts'
