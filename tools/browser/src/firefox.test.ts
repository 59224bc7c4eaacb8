import { expect, test } from 'vitest'
import { findFirefox } from '../../../scripts/lib/firefox.mjs'

const machine =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path)

test('FIREFOX comes first, and must exist', () => {
  const exists = machine('/mine', '/bin/firefox')
  expect(findFirefox({ FIREFOX: '/mine', PATH: '/bin' }, 'linux', exists)).toBe('/mine')
  expect(() => findFirefox({ FIREFOX: '/none' }, 'linux', exists)).toThrow(/FIREFOX names/)
})

test('the one of long support is found before the others, wherever on the path it is', () => {
  const exists = machine('/a/firefox', '/b/firefox-esr')
  expect(findFirefox({ PATH: '/a:/b' }, 'linux', exists)).toBe('/b/firefox-esr')
  expect(findFirefox({ PATH: '/a' }, 'linux', exists)).toBe('/a/firefox')
})

test('applications of macOS and Windows are found without a path', () => {
  const mac = '/Applications/Firefox.app/Contents/MacOS/firefox'
  expect(findFirefox({}, 'darwin', machine(mac))).toBe(mac)
  const windows = 'C:\\Programs\\Mozilla Firefox\\firefox.exe'
  expect(findFirefox({ PROGRAMFILES: 'C:\\Programs' }, 'win32', machine(windows))).toBe(windows)
})

test.each([
  ['linux', /apt-get install/],
  ['darwin', /brew install/],
  ['win32', /winget install/],
] as const)('where there is none, the error says what to do on %s', (platform, command) => {
  expect(() => findFirefox({ PATH: '/bin' }, platform, machine())).toThrow(command)
})
