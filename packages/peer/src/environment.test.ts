import { expect, test } from 'vitest'
import { environmentReport, runtimeOf } from './environment.ts'

test('in Node there are keys and no cameras, and WebRTC comes from a package', () => {
  const { runtime, hasWebRTC, hasWebCrypto, hasMediaDevices, hasMovableChannels } =
    environmentReport()
  expect(runtime).toBe('node')
  expect({ hasWebRTC, hasWebCrypto, hasMediaDevices, hasMovableChannels }).toEqual({
    ...{ hasWebRTC: false, hasWebCrypto: true, hasMediaDevices: false },
    hasMovableChannels: false,
  })
})

test.each([
  ['browser', { document: {}, navigator: {} }],
  ['worker', { WorkerGlobalScope: {}, navigator: {} }],
  ['react-native', { navigator: { product: 'ReactNative' } }],
  ['nativescript', { NSObject: {}, document: {} }],
  ['nativescript', { __runtimeVersion: '8', process: {} }],
  ['deno', { Deno: {}, process: { versions: { node: '20' } } }],
  ['bun', { Bun: {}, process: { versions: { node: '20' } } }],
  ['node', { process: { versions: { node: '20' } } }],
  ['unknown', {}],
] as const)('tells %s by its globals', (runtime, scope) => {
  expect(runtimeOf(scope)).toBe(runtime)
})
