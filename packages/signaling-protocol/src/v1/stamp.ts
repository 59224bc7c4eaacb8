import type { PeerId } from '@pigeon/xor'
import { utf8Bytes } from '../json.ts'

const CLOSING_BRACE = 0x7d

/**
 * Stamps a sender's messages: their bytes stay as they are, and the fields the hub vouches for are
 * put behind them. Of two fields with one name the last counts (ECMA-262, §25.5.1), so whatever
 * the sender claimed to be is overruled, and nothing is written anew.
 */
export class V1Stamp {
  readonly #fromPeerId: PeerId
  readonly #networkName: string
  readonly #fields = new Map<string, Uint8Array>()

  constructor(fromPeerId: PeerId, networkName: string) {
    this.#fromPeerId = fromPeerId
    this.#networkName = networkName
  }

  /**
   * @param bytes a JSON object with at least one field
   * @param type what receivers take it for, one of few
   * @param timestamp ms since the Unix epoch
   */
  put(bytes: Uint8Array, type: string, timestamp: number): Uint8Array {
    const end = bytes.lastIndexOf(CLOSING_BRACE)
    const fields = this.#fieldsFor(type)
    const digits = `${Math.floor(timestamp)}`
    const behind = end + fields.length
    const stamped = new Uint8Array(behind + digits.length + 1)
    stamped.set(bytes.subarray(0, end))
    stamped.set(fields, end)
    for (let index = 0; index < digits.length; index++) {
      stamped[behind + index] = digits.charCodeAt(index)
    }
    stamped[stamped.length - 1] = CLOSING_BRACE
    return stamped
  }

  #fieldsFor(type: string): Uint8Array {
    let fields = this.#fields.get(type)
    if (fields === undefined) {
      const [fromPeerId, networkName] = [this.#fromPeerId, this.#networkName]
      const json = JSON.stringify({ type, fromPeerId, networkName })
      fields = utf8Bytes(`,${json.slice(1, -1)},"timestamp":`)
      this.#fields.set(type, fields)
    }
    return fields
  }
}
