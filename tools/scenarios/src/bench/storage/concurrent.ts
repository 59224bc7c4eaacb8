import { Space } from '@pigeon/crdt-storage'
import * as Y from 'yjs'
import { replica, somebody } from './people.ts'
import { type Section, timed } from './section.ts'
import { batches, type Edit, typing } from './typing.ts'

const REPLICAS = 10
const EDITS = 1000
const BATCH = 50

function edit(doc: Y.Doc, edits: readonly Edit[]): void {
  doc.transact(() => {
    const text = doc.getText()
    for (const { at, remove, insert } of edits) {
      if (remove > 0) text.delete(at, remove)
      else text.insert(at, insert)
    }
  })
}

function work(number: number): Edit[][] {
  return batches(typing(EDITS, number + 1), BATCH)
}

/** Everybody edits apart, then everybody gets everything, one update after the other. */
async function raw(): Promise<number> {
  const docs = Array.from({ length: REPLICAS }, () => new Y.Doc())
  const all: Uint8Array[][] = []
  const { ms } = await timed(() => {
    for (const [number, doc] of docs.entries()) {
      const updates: Uint8Array[] = []
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'other') updates.push(update)
      })
      for (const edits of work(number)) edit(doc, edits)
      all.push(updates)
    }
    for (const [number, doc] of docs.entries()) {
      for (const [from, updates] of all.entries()) {
        if (from !== number) for (const update of updates) Y.applyUpdate(doc, update, 'other')
      }
    }
  })
  return ms
}

export const concurrent: Section = async () => {
  const creator = await Space.create({}, await somebody())
  const others = await Promise.all(Array.from({ length: REPLICAS - 1 }, () => somebody()))
  for (const { author } of others) await creator.grant(author, 'write')
  const start = await creator.export()
  const joined = await Promise.all(others.map((options) => replica(creator, options, start)))
  const spaces = [creator, ...joined]
  const told = spaces.map(() => [] as Uint8Array[])
  const { ms } = await timed(async () => {
    for (const [number, space] of spaces.entries()) {
      const off = space.on('entries', (runs) => told[number]?.push(...runs))
      const doc = space.doc('d') as Y.Doc
      for (const edits of work(number)) {
        edit(doc, edits)
        await space.flush()
      }
      off()
    }
    for (const [number, space] of spaces.entries()) {
      for (const [from, runs] of told.entries()) {
        if (from !== number) for (const run of runs) await space.receive(run, `${from}`)
      }
    }
  })
  const texts = new Set(spaces.map((space) => (space.doc('d') as Y.Doc).getText().toString()))
  for (const space of spaces) await space.close()
  return [
    { metric: 'different texts', ours: texts.size, unit: '', goal: { atMost: 1 } },
    {
      metric: `${REPLICAS} replicas, ${EDITS} edits each`,
      ours: ms,
      peer: await raw(),
      peerName: 'raw Yjs',
      unit: 'ms',
    },
  ]
}
