import type { PeerId } from '@pigeon/xor'
import type { HubLinkKind } from './link-kind.ts'
import type { Topology } from './topology.ts'

/** What is known of another hub. */
export interface KnownHub {
  readonly hubPeerId: PeerId
  readonly url: string
  readonly region: string
  /** 0 to 1. */
  readonly load: number
  readonly draining: boolean
  /** Links on a shortest way to it. */
  readonly hops: number
  /** What its link is, if there is one. */
  readonly link: HubLinkKind | undefined
}

/** Hubs that can be reached. @param linkOf what one's link to a hub is, if there is one */
export function knownHubs(
  topology: Topology,
  linkOf: (hub: PeerId) => HubLinkKind | undefined,
): KnownHub[] {
  return topology.hubs.flatMap((hubPeerId) => {
    const advert = topology.advert(hubPeerId)
    if (advert === undefined) return []
    const { url, region, load, draining } = advert
    const hops = topology.hops(hubPeerId) as number
    return [{ hubPeerId, url, region, load, draining, hops, link: linkOf(hubPeerId) }]
  })
}
