import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { bundle } from '@pigeon-tools/browser'
import { afterEach, expect, test, vi } from 'vitest'
import { Browser } from '../fixtures/browser.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const CHILD = fileURLToPath(new URL('../fixtures/dht-child.ts', import.meta.url))
const COUNT = 4

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

interface Answer {
  readonly value: unknown
  readonly links: number
  readonly records: number
}

/** A peer in a process of its own. */
class Child {
  readonly process: ChildProcess
  readonly #lines: AsyncIterator<string>
  #last: Promise<unknown> = Promise.resolve()

  constructor(program: string, hub: string, directory: string) {
    this.process = spawn(process.execPath, [program, hub, directory], {
      cwd: PACKAGE,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const lines: Interface = createInterface(this.process.stdout as NodeJS.ReadableStream)
    this.#lines = lines[Symbol.asyncIterator]()
  }

  /** What it says first. */
  async start(): Promise<Answer> {
    return JSON.parse((await this.#lines.next()).value)
  }

  order(order: object): Promise<Answer> {
    const answer = this.#last.then(async () => {
      this.process.stdin?.write(`${JSON.stringify(order)}\n`)
      return JSON.parse((await this.#lines.next()).value) as Answer
    })
    this.#last = answer.catch(() => {})
    return answer
  }

  kill(): Promise<void> {
    return new Promise((resolve) => {
      this.process.once('exit', () => resolve())
      this.process.kill('SIGKILL')
    })
  }
}

test('M17 over WebRTC: Node and a tab put and get; all processes killed at once and started again, and the tab reloaded, have their records', async () => {
  const hub = new HubServer({ port: 0 })
  const { url } = await hub.start()
  opened.push(() => hub.stop())
  // Within the package, so that the program finds what it imports.
  const folder = await mkdtemp(join(PACKAGE, 'node_modules', '.dht-'))
  opened.push(() => rm(folder, { recursive: true }))
  const program = join(folder, 'child.mjs')
  const external = ['werift', '@pigeon/*']
  await writeFile(program, await bundle(CHILD, { platform: 'node', external }))
  const start = async (index: number) => {
    const child = new Child(program, url, join(folder, `store-${index}`))
    const first = await child.start()
    return { child, first }
  }
  const indexes = Array.from({ length: COUNT }, (_, index) => index)
  let children = (await Promise.all(indexes.map(start))).map(({ child }) => child)
  opened.push(() => Promise.all(children.map((child) => child.kill())))
  const browser = await Browser.open()
  opened.push(() => browser.close())
  const tab = await browser.tab()
  await tab.call('join', 'survives', { hubs: [url] })
  await tab.call('openTable', 'survives')
  await tab.call('whenPeers', COUNT)
  const areLinked = async () => {
    const answers = await Promise.all(children.map((child) => child.order({})))
    return answers.every(({ links }) => links === COUNT)
  }
  await vi.waitUntil(areLinked, { timeout: 20_000, interval: 200 })

  for (const index of indexes) await children[index]?.order({ put: `n${index}`, value: index })
  await tab.call('tablePut', 'tab', 'from the tab')
  for (const child of children) {
    for (const index of indexes) {
      expect(await child.order({ get: `n${index}` })).toMatchObject({ value: index })
    }
    expect(await child.order({ get: 'tab' })).toMatchObject({ value: 'from the tab' })
  }
  expect(await tab.call('tableGet', 'n2')).toBe(2)

  // Writes reach the disks within 20 ms.
  await new Promise((resolve) => setTimeout(resolve, 500))
  await Promise.all([...children.map((child) => child.kill()), tab.reload()])
  const again = await Promise.all(indexes.map(start))
  children = again.map(({ child }) => child)
  const before = again.map(({ first }) => first.records)
  expect(Math.min(...before)).toBe(COUNT + 1)
  await vi.waitUntil(
    async () => (await children[0]?.order({ get: 'tab' }))?.value === 'from the tab',
    { timeout: 30_000, interval: 500 },
  )
  await tab.call('join', 'survives', { hubs: [url] })
  expect(await tab.call('openTable', 'survives')).toBe(COUNT + 1)
  await tab.call('whenPeers', 1)
  const got = async () => (await tab.call('tableGet', 'n3')) === 3
  await vi.waitUntil(got, { timeout: 30_000, interval: 500 })
}, 120_000)
