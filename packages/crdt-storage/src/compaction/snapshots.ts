import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import type { Node } from '../authority/node.ts'
import { openNode } from '../fold/open-node.ts'
import type { State } from '../fold/state.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Log } from '../log/log.ts'

/** The first byte of a piece: whether a snapshot begins with it, and whether it goes on. */
export const FIRST = 1
export const MORE = 2

/** A snapshot that stands for all that was accepted before it. */
export interface Snapshot {
  /** Its first piece: what is before that is in it. */
  readonly from: Node
  readonly state: State
  /** The state as it was written. */
  readonly bytes: Uint8Array
}

/** Finds the snapshots of the creator: what its entries had accepted stays accepted for everybody. */
export class Snapshots {
  readonly #log: Log
  readonly #ring: Keyring
  readonly #minAttesters: number

  /** @param minAttesters how many members besides the creator must have attested a snapshot */
  constructor(log: Log, ring: Keyring, minAttesters: number) {
    this.#log = log
    this.#ring = ring
    this.#minAttesters = minAttesters
  }

  /** The last one among these entries that is whole and readable. */
  async latest(nodes: readonly Node[]): Promise<Snapshot | undefined> {
    const pieces = nodes
      .filter(({ statement, via }) => statement.act.kind === 'snapshot' && via?.via === undefined)
      .sort((a, b) => b.statement.seq - a.statement.seq)
    const whole: Uint8Array[] = []
    for (const node of pieces) {
      const body = await this.#open(node)
      const [flags = 0] = body ?? []
      if (body === undefined || ((flags & MORE) !== 0 && whole.length === 0)) {
        whole.length = 0
        continue
      }
      if ((flags & MORE) === 0) whole.length = 0
      whole.unshift(body.subarray(1))
      if ((flags & FIRST) === 0) continue
      const bytes = concatBytes(...whole)
      const attesters = await this.#attesters(node, bytes, nodes)
      const state = attesters < this.#minAttesters ? undefined : await this.#read(bytes)
      if (state !== undefined) return { from: node, state, bytes }
      whole.length = 0
    }
    return undefined
  }

  /** How many members say that they came to the same state. */
  async #attesters(from: Node, bytes: Uint8Array, nodes: readonly Node[]): Promise<number> {
    if (this.#minAttesters === 0) return 0
    const wanted = bytesToHex(attestOf(from, bytes))
    const found = new Set<string>()
    for (const node of nodes) {
      const { act, author } = node.statement
      if (act.kind !== 'attest' || author === this.#log.genesis.author) continue
      const body = await this.#open(node)
      if (body !== undefined && bytesToHex(body) === wanted) found.add(author)
    }
    return found.size
  }

  async #open(node: Node): Promise<Uint8Array | undefined> {
    const content = this.#log.get(node.statement.id)?.content
    if (content?.kind !== 'snapshot' && content?.kind !== 'attest') return undefined
    if (content.body === undefined) return undefined
    const opened = await openNode(node, content.body, this.#log, this.#ring)
    return opened === 'no key' ? undefined : opened
  }

  async #read(bytes: Uint8Array): Promise<State | undefined> {
    const { readState } = await import('./state-format.ts')
    try {
      return readState(bytes, (id) => this.#log.authority.get(id))
    } catch {
      return undefined
    }
  }
}

/** What an attest says: the snapshot, by its first piece, and the hash of its state. */
export function attestOf(from: Node, state: Uint8Array): Uint8Array {
  return concatBytes(hexToBytes(from.statement.id), sha256(state))
}
