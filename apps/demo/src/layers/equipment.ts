import { signal } from '../ui/signal.ts'
import type { Equipment } from './equip.ts'

/** What the peer of this page takes part in, once its code is loaded. */
export const equipment = signal<Equipment | undefined>(undefined)
