import type { PeerId } from '@pigeon/peer'

/** The eight characters a peer is called by on the page. */
export const shortId = (id: PeerId | string): string => id.slice(0, 8)
