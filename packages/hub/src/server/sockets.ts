import type { Socket } from 'node:net'
import { addressKey } from '../address.ts'

/**
 * The TCP connections of a server. A flood from one address is cut here, before anything is read;
 * what the hub itself refuses it does in words.
 */
export class Sockets {
  readonly #maxPerAddress: number
  readonly #all = new Set<Socket>()
  readonly #perAddress = new Map<string, number>()

  constructor(maxPerAddress: number) {
    this.#maxPerAddress = maxPerAddress
  }

  /** @returns whether there is room for it */
  add(socket: Socket): boolean {
    const key = addressKey(socket.remoteAddress ?? '')
    const there = (this.#perAddress.get(key) ?? 0) + 1
    if (there > this.#maxPerAddress) return false
    this.#all.add(socket)
    this.#perAddress.set(key, there)
    socket.once('close', () => {
      this.#all.delete(socket)
      const left = (this.#perAddress.get(key) ?? 1) - 1
      if (left > 0) this.#perAddress.set(key, left)
      else this.#perAddress.delete(key)
    })
    return true
  }

  destroyAll(): void {
    for (const socket of this.#all) socket.destroy()
  }
}
