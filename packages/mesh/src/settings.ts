import { wholeNumber } from '@pigeon/transport'
import type { MeshOptions } from './mesh-options.ts'

/** What may be changed while a mesh runs. */
export interface Settings {
  maxPeers: number
  minPeers: number
  maxDials: number
  autoDiscovery: boolean
  evictionStrategy: boolean
  xorRouting: boolean
}

/**
 * Fills in the defaults.
 * @throws RangeError that names the option and what it got
 */
export function meshSettings(options: Partial<MeshOptions>): Settings {
  const maxPeers = checkMaxPeers(options.maxPeers ?? 8)
  return {
    maxPeers,
    minPeers: checkMinPeers(options.minPeers ?? Math.min(3, maxPeers), maxPeers),
    maxDials: wholeNumber('maxDials', options.maxDials ?? 4, 1, 50),
    autoDiscovery: options.autoDiscovery ?? true,
    evictionStrategy: options.evictionStrategy ?? true,
    xorRouting: options.xorRouting ?? true,
  }
}

/** @throws RangeError if it is not a whole number from 1 to 50 */
export function checkMaxPeers(value: number): number {
  return wholeNumber('maxPeers', value, 1, 50)
}

/** @throws RangeError if it is not a whole number from 0 to `maxPeers` */
export function checkMinPeers(value: number, maxPeers: number): number {
  return wholeNumber('minPeers', value, 0, maxPeers)
}
