import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MediaApi } from '../fixtures/media-page.ts'

const hub = new HubServer({ port: 0 })
let url: string
let browser: Awaited<ReturnType<typeof launchChromium>>
let served: Awaited<ReturnType<typeof servePage>>
let page: Awaited<ReturnType<typeof browser.newPage>>
let networks = 0

beforeAll(async () => {
  const script = await bundle(fileURLToPath(new URL('../fixtures/media-page.ts', import.meta.url)))
  const fake = { fakeMedia: true, args: ['--autoplay-policy=no-user-gesture-required'] }
  ;[browser, served] = await Promise.all([launchChromium(fake), servePage({ scripts: [script] })])
  url = (await hub.start()).url
  page = await browser.newPage()
  await page.goto(served.url)
  await page.waitForFunction(() => 'pigeon' in globalThis)
}, 30_000)
afterAll(async () => {
  await browser.close()
  await served.close()
  await hub.stop()
})

function call<K extends keyof MediaApi>(
  name: K,
  ...args: Parameters<MediaApi[K]>
): Promise<Awaited<ReturnType<MediaApi[K]>>> {
  return page.evaluate(
    ([name, args]) =>
      (globalThis as unknown as { pigeon: Record<string, (...args: unknown[]) => unknown> }).pigeon[
        name
      ]?.(...args),
    [name as string, args as unknown[]] as const,
  ) as Promise<Awaited<ReturnType<MediaApi[K]>>>
}

/** Peers of one network in the page, all linked. @returns their ids by their names */
async function join(...names: string[]): Promise<Record<string, string>> {
  const network = `media-${++networks}`
  const ids = await Promise.all(names.map((name) => call('join', name, network, url)))
  await Promise.all(names.map((name) => call('whenPeers', name, names.length - 1)))
  return Object.fromEntries(names.map((name, index) => [name, ids[index] as string]))
}

const leave = (...names: string[]) => Promise.all(names.map((name) => call('leave', name)))

test('M15 devices are listed', async () => {
  const { cameras, microphones } = await call('devices')
  expect(cameras).toBeGreaterThan(0)
  expect(microphones).toBeGreaterThan(0)
})

test('M15 both sides publish at once on a live link, and each sees the other', async () => {
  await join('a1', 'b1')
  const startedAt = performance.now()
  await Promise.all([call('publish', 'a1', 'from a'), call('publish', 'b1', 'from b')])
  const tracks = await Promise.all([call('sees', 'a1', 'from b'), call('sees', 'b1', 'from a')])
  console.log(
    `both saw a frame after ${Math.round(performance.now() - startedAt)} ms, camera included`,
  )
  expect(tracks).toEqual([2, 2])
  await leave('a1', 'b1')
  expect(await call('log', 'a1')).toEqual([
    'stream "from b" false false',
    'ended "from b" false false',
  ])
})

test('M15 a stream goes to those it is for: some, others later, then nobody', async () => {
  const ids = await join('a2', 'b2', 'c2')
  await call('publish', 'a2', 'some', [ids['b2'] as string])
  expect(await call('sees', 'b2', 'some')).toBe(2)
  expect(await call('published', 'some')).toEqual([ids['b2']])
  await call('setPeers', 'some', [ids['c2'] as string])
  expect(await call('sees', 'c2', 'some')).toBe(2)
  await expect.poll(() => call('log', 'b2')).toContain('ended "some" false false')
  await call('stop', 'some')
  await expect.poll(() => call('log', 'c2')).toContain('ended "some" false false')
  expect(await call('published', 'some')).toEqual([])
  await leave('a2', 'b2', 'c2')
})

test('M15 tracks are replaced, removed, added and muted on a live link', async () => {
  await join('a3', 'b3')
  await call('publish', 'a3', 'live')
  await call('sees', 'b3', 'live')
  await call('change', 'live')
  await expect.poll(() => call('tracks', 'b3', 'live')).toEqual(['video'])
  await call('sees', 'b3', 'live')
  await call('addScreen', 'live')
  await expect.poll(() => call('tracks', 'b3', 'live')).toEqual(['video', 'video'])
  await call('mute', 'live', 'video', true)
  await expect.poll(() => call('log', 'b3')).toContain('muted "live" false true')
  await call('mute', 'live', 'video', false)
  await expect.poll(() => call('log', 'b3')).toContain('muted "live" false false')
  await leave('a3', 'b3')
})

test('M15 a stream that is shown to a peer, and not, again and again is seen each time, in the same sections', async () => {
  const ids = await join('a5', 'b5')
  await call('publish', 'a5', 'blinks')
  expect(await call('sees', 'b5', 'blinks')).toBe(2)
  const once = await call('sections', 'a5')
  for (let round = 0; round < 12; round++) {
    await call('setPeers', 'blinks', [])
    // Every other time the connection has not been told yet.
    if (round % 2 === 0) await expect.poll(() => call('tracks', 'b5', 'blinks')).toEqual([])
    await call('setPeers', 'blinks', [ids['b5'] as string])
    expect(await call('sees', 'b5', 'blinks')).toBe(2)
  }
  expect(await call('sections', 'a5')).toBe(once)
  await call('setPeers', 'blinks', [])
  await expect.poll(() => call('sending', 'a5')).toBe(0)
  // Taken back before the browser had the tracks in their places.
  for (let round = 0; round < 5; round++) {
    await call('glimpse', 'blinks', [ids['b5'] as string])
    await expect.poll(() => call('sending', 'a5')).toBe(0)
  }
  await leave('a5', 'b5')
}, 30_000)

test('M15 who comes later sees what is published to all', async () => {
  await join('a4', 'b4')
  await call('publish', 'a4', 'early')
  const network = `media-${networks}`
  await call('join', 'c4', network, url)
  expect(await call('sees', 'c4', 'early')).toBe(2)
  await leave('a4', 'b4', 'c4')
})
