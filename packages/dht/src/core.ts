import type { PeerId } from '@pigeon/xor'
import type { Address, Sha256 } from './address.ts'
import type { Leases } from './leases.ts'
import type { DhtOptions, Limits } from './options.ts'
import type { Proofs } from './proofs.ts'
import type { Router } from './router.ts'
import type { Shelf } from './shelf.ts'
import type { View } from './view.ts'

/** What the parts of one instance see of each other. */
export interface Core {
  readonly options: DhtOptions
  readonly limits: Limits
  readonly self: PeerId
  readonly sha256: Sha256
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
  /** The places at which a record lives. */
  readonly placesOf: (address: Address) => readonly PeerId[]
  readonly view: View
  readonly router: Router
  readonly shelf: Shelf
  readonly leases: Leases
  readonly proofs: Proofs
}
