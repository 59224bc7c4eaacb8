import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findChromium } from './find.ts'

const folder = mkdtempSync(join(tmpdir(), 'browser-'))
const place = (name: string) => {
  writeFileSync(join(folder, name), '')
  return join(folder, name)
}

test('CHROMIUM comes first, and must exist', () => {
  const mine = place('mine')
  place('chromium')
  expect(findChromium({ CHROMIUM: mine, PATH: folder }, 'linux')).toBe(mine)
  expect(() => findChromium({ CHROMIUM: join(folder, 'none') }, 'linux')).toThrow(/CHROMIUM names/)
})

test('the path is searched for Chromium before Chrome before Edge', () => {
  place('microsoft-edge')
  place('google-chrome')
  expect(findChromium({ PATH: `/nowhere:${folder}` }, 'linux')).toBe(place('chromium'))
})

test.each([
  ['linux', /apt-get install/],
  ['darwin', /brew install/],
  ['win32', /winget install/],
] as const)('where there is none, the error says what to do on %s', (platform, command) => {
  expect(() => findChromium({ PATH: '/nowhere' }, platform)).toThrow(command)
})
