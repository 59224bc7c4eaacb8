import type { PeerId } from '@pigeon/xor'
import type { MemoryLink } from './memory-link.ts'

/** What one node runs on. */
export class Machine {
  readonly id: PeerId
  /** Whether anything happens there. */
  isUp = true
  /** Those who can hear each other at the moment; all of group 0 at first. */
  group = 0
  readonly links: Set<MemoryLink> = new Set()
  letter: ((from: PeerId, letter: Uint8Array) => void) | undefined

  constructor(id: PeerId) {
    this.id = id
  }
}
