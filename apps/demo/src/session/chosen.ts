import type { PeerId } from '@pigeon/peer'
import { signal } from '../ui/signal.ts'
import { self } from './session.ts'

/** The peer that messages and files go to; everyone if undefined. */
export const chosen = signal<PeerId | undefined>(undefined)

/** Chooses a peer; the same again, or oneself, means everyone. */
export function choose(peer: PeerId): void {
  chosen.value = peer === chosen.value || peer === self.value ? undefined : peer
}
