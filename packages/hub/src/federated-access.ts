import type { HubAccess } from './elsewhere.ts'
import { isFederatedV1 } from './v1/federated-name.ts'

/** What other hubs may do with members of both versions, who are in networks of their own. */
export function accessToBoth(later: HubAccess, v1: HubAccess): HubAccess {
  const at = (network: string): HubAccess => (isFederatedV1(network) ? v1 : later)
  return {
    *members() {
      yield* later.members()
      yield* v1.members()
    },
    has: (network, id) => at(network).has(network, id),
    deliver: (network, from, to, stamped) => at(network).deliver(network, from, to, stamped),
    unreachable: (network, ...message) => at(network).unreachable(network, ...message),
    tell: (network, to, ids) => at(network).tell(network, to, ids),
    answer: (network, to, ids) => at(network).answer(network, to, ids),
    name: (network, to, id) => at(network).name(network, to, id),
    gone: (network, to, id) => at(network).gone(network, to, id),
    displace: (network, id) => at(network).displace(network, id),
  }
}
