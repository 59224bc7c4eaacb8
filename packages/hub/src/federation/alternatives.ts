import { MAX_ALTERNATIVES } from '@pigeon/signaling-protocol'
import type { KnownHub } from './known-hub.ts'

/** Above this part of its connections a hub is no place to send anybody. */
const FULL = 0.95

/**
 * Where clients of a hub may go instead: hubs of the same region first, those with most room first, at
 * most 8.
 */
export function alternatives(hubs: readonly KnownHub[], region = ''): string[] {
  const open = hubs.filter(({ url, draining, load }) => url !== '' && !draining && load < FULL)
  const isNear = (hub: KnownHub): number => (region !== '' && hub.region === region ? 0 : 1)
  const sorted = open.sort((a, b) => isNear(a) - isNear(b) || a.load - b.load)
  return sorted.slice(0, MAX_ALTERNATIVES).map(({ url }) => url)
}
