/**
 * What runs in a page with a space in its IndexedDB, driven from Node.
 * @module
 */
import { Space } from '@pigeon/crdt-storage'
import { openIdbStore } from '@pigeon/store/idb'
import { sameAuthor } from '../kills/same-author.ts'

declare global {
  /** Calls from Node into the page. */
  var storage: PageApi
}

const DATABASE = 'space'

/** Many runs, each far from the rate at which strangers may send them. */
const RATE = 1_000_000

const api = {
  /** Writes entries until the browser is gone, and says which are written. */
  async write(round: number): Promise<void> {
    const options = await sameAuthor(await openIdbStore(DATABASE))
    const space = (await Space.load(options)) ?? (await Space.create({}, options))
    for (let count = 0; ; count++) {
      const key = `${round}/${count}`
      await space.set(key, new TextEncoder().encode(key))
      console.log(`written ${key}`)
    }
  },
  /** What is there: keys, and each number that was signed with what was signed under it. */
  async read(): Promise<{ keys: string[]; signed: [number, string][] }> {
    const space = await Space.load(await sameAuthor(await openIdbStore(DATABASE)))
    const nodes = space?.log.authority.nodes ?? []
    const signed = nodes.map(({ statement }): [number, string] => [statement.seq, statement.id])
    return { keys: space?.keys ?? [], signed }
  },
  /** Takes a whole space from somebody else. @returns ms until all of it was kept */
  async take(id: string, genesis: string, runs: readonly string[]): Promise<number> {
    const options = { ...(await sameAuthor(await openIdbStore(DATABASE))), sourceRate: RATE }
    const bytes = runs.map(fromBase64)
    const startedAt = performance.now()
    const space = await Space.join(id, fromBase64(genesis), options)
    for (const run of bytes) await space.receive(run, 'node')
    await space.idle
    const ms = performance.now() - startedAt
    await space.close()
    return ms
  },
  /** Opens what is kept. @returns ms until its values could be read, and how many there are */
  async load(): Promise<{ ms: number; values: number }> {
    const options = await sameAuthor(await openIdbStore(DATABASE))
    const startedAt = performance.now()
    const space = await Space.load(options)
    const values = space?.keys.filter((key) => space.get(key)?.length === 200).length ?? 0
    return { ms: performance.now() - startedAt, values }
  },
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}

/** What may be called from Node. */
export type PageApi = typeof api

globalThis.storage = api
