/**
 * Real browsers for tests.
 * @module
 */
export { type BundleOptions, bundle } from './bundle.ts'
export { findChromium } from './find.ts'
export { type LaunchOptions, launchChromium } from './launch.ts'
export { type Page, type ServedPage, servePage } from './serve.ts'
