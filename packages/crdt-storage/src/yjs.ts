/**
 * Documents made of Yjs: text, rich text, maps and lists that merge, with the editors that exist
 * for it.
 * @module
 */
import * as Y from 'yjs'
import type { DocumentEngine, UpdateSpan } from './documents/engine.ts'

/** What updates of others are applied with: `event.transaction.origin === REMOTE`. */
export const REMOTE = 'pigeon'

/** The engine for Yjs 13. */
export const yjsEngine: DocumentEngine<Y.Doc> = {
  id: 'yjs/13',

  create: () => new Y.Doc(),

  setClient(doc, client) {
    doc.clientID = client
  },

  apply(doc, updates) {
    const { clientID } = doc
    doc.transact(() => {
      for (const update of updates) Y.applyUpdate(doc, update, REMOTE)
    }, REMOTE)
    // Yjs takes another number when it meets its own; here that is its own history.
    doc.clientID = clientID
  },

  onLocalUpdate(doc, changed) {
    const listener = (update: Uint8Array, origin: unknown): void => {
      if (origin !== REMOTE) changed(update)
    }
    doc.on('update', listener)
    return () => doc.off('update', listener)
  },

  merge: (updates) => Y.mergeUpdates([...updates]),

  inspect(update) {
    const spans = new Map<number, UpdateSpan>()
    for (const struct of Y.decodeUpdate(update).structs) {
      const { id, length } = struct
      const span = spans.get(id.client)
      if (struct instanceof Y.Skip || (span !== undefined && span.to !== id.clock)) {
        throw new RangeError('the update has a hole')
      }
      spans.set(id.client, {
        client: id.client,
        from: span?.from ?? id.clock,
        to: id.clock + length,
      })
    }
    return [...spans.values()]
  },

  snapshot: (doc) => Y.encodeStateAsUpdate(doc),

  destroy(doc) {
    doc.destroy()
  },
}
