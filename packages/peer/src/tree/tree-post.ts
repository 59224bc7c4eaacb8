import { ByteReader, ByteWriter, type SendResult } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Messenger } from '../channels/messenger.ts'
import { Service } from '../channels/service.ts'

/** Bytes on their way to one peer above which it is congested. */
const WINDOW_BYTES: number = 256 * 1024

/** Bytes in front of a letter: the tree's entry. */
const HEADER_BYTES = 20

type Take = (from: PeerId, letter: Uint8Array) => void

/** Letters of all trees of a mesh: over the link to a peer if there is one, else routed and sealed. */
export class TreePost {
  readonly #messenger: Messenger
  readonly #trees = new Map<PeerId, Take>()
  readonly #underWay = new Map<PeerId, number>()

  constructor(messenger: Messenger) {
    this.#messenger = messenger
    messenger.serve(Service.trees, ({ from, payload }) => {
      try {
        const reader = new ByteReader(payload)
        const take = this.#trees.get(reader.id())
        take?.(from, reader.rest().slice())
        return take === undefined ? 'NOBODY' : undefined
      } catch {
        return 'NOBODY'
      }
    })
  }

  /**
   * Takes the letters of one tree.
   * @param entry which
   * @returns takes them no more
   * @throws TypeError if somebody does already
   */
  open(entry: PeerId, take: Take): () => void {
    if (this.#trees.has(entry)) throw new TypeError('this mesh has a node of that tree already')
    this.#trees.set(entry, take)
    return () => {
      if (this.#trees.get(entry) === take) this.#trees.delete(entry)
    }
  }

  /** At best effort. */
  send(entry: PeerId, to: PeerId, letter: Uint8Array): SendResult {
    const bytes = HEADER_BYTES + letter.length
    if (bytes > this.#messenger.maxPayloadBytes(to)) return 'too-large'
    const before = this.#underWay.get(to) ?? 0
    if (before > 0 && before + bytes > WINDOW_BYTES) return 'congested'
    this.#underWay.set(to, before + bytes)
    const payload = new ByteWriter(bytes).id(entry).raw(letter).finish()
    this.#messenger.send(to, Service.trees, payload, () => {
      const left = (this.#underWay.get(to) ?? bytes) - bytes
      if (left > 0) this.#underWay.set(to, left)
      else this.#underWay.delete(to)
    })
    return 'sent'
  }
}
