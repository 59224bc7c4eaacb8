import { expect, test } from 'vitest'
import { findChromium } from '../../../scripts/lib/chromium.mjs'

const machine =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path)

test('CHROMIUM comes first, and must exist', () => {
  const exists = machine('/mine', '/bin/chromium')
  expect(findChromium({ CHROMIUM: '/mine', PATH: '/bin' }, 'linux', exists)).toBe('/mine')
  expect(() => findChromium({ CHROMIUM: '/none' }, 'linux', exists)).toThrow(/CHROMIUM names/)
})

test('Chromium is found before Chrome before Edge, wherever on the path it is', () => {
  const exists = machine('/a/microsoft-edge', '/a/google-chrome', '/b/chromium')
  expect(findChromium({ PATH: '/a:/b' }, 'linux', exists)).toBe('/b/chromium')
  expect(findChromium({ PATH: '/a' }, 'linux', exists)).toBe('/a/google-chrome')
})

test('applications of macOS and Windows are found without a path', () => {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  expect(findChromium({}, 'darwin', machine(mac))).toBe(mac)
  const edge = 'C:\\Programs\\Microsoft\\Edge\\Application\\msedge.exe'
  expect(findChromium({ PROGRAMFILES: 'C:\\Programs' }, 'win32', machine(edge))).toBe(edge)
})

test.each([
  ['linux', /apt-get install/],
  ['darwin', /brew install/],
  ['win32', /winget install/],
] as const)('where there is none, the error says what to do on %s', (platform, command) => {
  expect(() => findChromium({ PATH: '/bin' }, platform, machine())).toThrow(command)
})
