import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Space, type SpaceOptions } from '@pigeon/crdt-storage'
import { openLevelStore } from '@pigeon/store/level'
import * as Y from 'yjs'
import { replica, somebody } from './people.ts'
import { median, type Section, timed } from './section.ts'
import { batches, type Edit, typing } from './typing.ts'

const EDITS = 259_778
const BATCH = 50
const ROUNDS = 3

function edit(doc: Y.Doc, edits: readonly Edit[]): void {
  const text = doc.getText()
  doc.transact(() => {
    for (const { at, remove, insert } of edits) {
      if (remove > 0) text.delete(at, remove)
      else text.insert(at, insert)
    }
  })
}

/** Raw Yjs: the same transactions, and their updates applied to a second document at once. */
async function raw(all: readonly Edit[][]) {
  const updates: Uint8Array[] = []
  const doc = new Y.Doc()
  doc.on('update', (update: Uint8Array) => updates.push(update))
  const local = await timed(() => {
    for (const edits of all) edit(doc, edits)
  })
  const opens: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const second = new Y.Doc()
    const { ms } = await timed(() => {
      second.transact(() => {
        for (const update of updates) Y.applyUpdate(second, update)
      })
      second.getText().toString()
    })
    opens.push(ms)
  }
  const whole = Y.encodeStateAsUpdate(doc)
  const loads: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { ms } = await timed(() => {
      const third = new Y.Doc()
      Y.applyUpdate(third, whole)
      third.getText().toString()
    })
    loads.push(ms)
  }
  const bytes = updates.reduce((sum, { length }) => sum + length, 0)
  return {
    load: median(loads),
    text: doc.getText().toString(),
    local: local.ms,
    open: median(opens),
    bytes,
  }
}

/** Writes a snapshot in place of the entries, and loads that. */
async function loadCompacted(options: SpaceOptions, text: string): Promise<number> {
  const space = await Space.load(options)
  await space?.compact()
  await space?.close()
  const loads: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { ms, result } = await timed(async () => {
      const again = await Space.load(options)
      if (again === undefined) throw new Error('nothing came from disk')
      return { again, text: (again.doc('paper') as Y.Doc).getText().toString() }
    })
    if (result.text !== text) throw new Error('another text came from the snapshot')
    await result.again.close()
    loads.push(ms)
  }
  return median(loads)
}

/** One person edits, a second replica opens all of it, and a third loads it from disk. */
export const trace: Section = async () => {
  const all = batches(typing(EDITS), BATCH)
  const yjs = await raw(all)
  const directory = await mkdtemp(join(tmpdir(), 'pigeon-bench-'))
  const store = await openLevelStore(directory)
  const ann = await somebody({ store, batchEdits: 1 })
  const bob = await somebody()
  const space = await Space.create({}, ann)
  await space.grant(bob.author, 'read')
  const doc = space.doc('paper') as Y.Doc
  let singles = 0
  space.on('entries', (runs) => {
    for (const run of runs) singles += run.length
  })
  const local = await timed(async () => {
    for (const edits of all) {
      edit(doc, edits)
      await space.flush()
    }
  })
  const runs = await space.export()
  const bytes = runs.reduce((sum, { length }) => sum + length, 0)
  const opens: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { ms, result } = await timed(async () => {
      const second = await replica(space, bob, runs)
      return (second.doc('paper') as Y.Doc).getText().toString()
    })
    if (result !== yjs.text) throw new Error('the second replica has another text')
    opens.push(ms)
  }
  await space.close()
  const load = await timed(async () => {
    const again = await Space.load(ann)
    if (again === undefined) throw new Error('nothing came from disk')
    return (again.doc('paper') as Y.Doc).getText().toString()
  })
  if (load.result !== yjs.text) throw new Error('another text came from disk')
  const compacted = await loadCompacted(ann, yjs.text)
  await store.close()
  await rm(directory, { recursive: true })
  const peerName = 'raw Yjs'
  const open = median(opens)
  return [
    { metric: `edits, in batches of ${BATCH}`, ours: EDITS, unit: '' },
    { metric: 'edit, sign, keep on disk', ours: local.ms, peer: yjs.local, peerName, unit: 'ms' },
    { metric: 'open on a second replica', ours: open, peer: yjs.open, peerName, unit: 'ms' },
    { metric: '... as a multiple', ours: open / yjs.open, unit: 'x', goal: { atMost: 3 } },
    { metric: 'bytes in runs', ours: bytes, peer: yjs.bytes, peerName, unit: 'B' },
    { metric: '... as a multiple', ours: bytes / yjs.bytes, unit: 'x', goal: { atMost: 1.5 } },
    { metric: 'bytes told one by one', ours: singles, peer: yjs.bytes, peerName, unit: 'B' },
    { metric: '... as a multiple', ours: singles / yjs.bytes, unit: 'x', goal: { atMost: 3.6 } },
    { metric: 'load from disk', ours: load.ms, peer: yjs.open, peerName, unit: 'ms' },
    {
      metric: 'load from disk, compacted',
      ours: compacted,
      peer: yjs.load,
      peerName: 'raw Yjs, one update',
      unit: 'ms',
    },
    {
      metric: '... as a multiple',
      ours: compacted / yjs.load,
      unit: 'x',
      goal: { atMost: 1.2 },
    },
  ]
}
