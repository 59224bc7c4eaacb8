import { hexToBytes } from '@noble/hashes/utils.js'
import type { Directory } from '@pigeon/crdt-storage/keyed'
import type { DhtTable } from '../dht/table.ts'
import { sha256Hex } from './sha256-hex.ts'

/** Claims that one record for everybody holds; older ones go. */
const CLAIMS_MAX = 16

/** Larger ones are no claims, bytes. */
const CLAIM_MAX_BYTES = 400

/**
 * Claims of owners in the table of the network: each under its owner's own name, which nobody else
 * can write, and beside others under a name that anybody may write, for those who know no owner.
 */
export class TableDirectory implements Directory {
  readonly #table: DhtTable

  constructor(table: DhtTable) {
    this.#table = table
  }

  async announce(key: string, _owner: string, claim: Uint8Array): Promise<void> {
    const name = nameOf(key)
    await this.#table.put(name, claim)
    await this.#table.update(
      name,
      (value) => {
        const others = claimsOf(value).filter((one) => !isEqual(one, claim))
        return [claim, ...others].slice(0, CLAIMS_MAX)
      },
      { anybody: true },
    )
  }

  async find(key: string, owner?: string): Promise<readonly Uint8Array[]> {
    const name = nameOf(key)
    if (owner === undefined) {
      return claimsOf((await this.#table.get(name, { owner: 'anybody' }))?.value)
    }
    const entry = await this.#table.get(name, { owner: hexToBytes(owner) })
    return claimsOf([entry?.value])
  }
}

function nameOf(key: string): string {
  return `claim/${sha256Hex(key).slice(0, 40)}`
}

/** What may be claims in a value that anybody may have written. */
function claimsOf(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) return []
  return value
    .filter((one) => one instanceof Uint8Array && one.length <= CLAIM_MAX_BYTES)
    .slice(0, CLAIMS_MAX)
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
