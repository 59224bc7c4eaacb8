/** Names no network, so networks of both versions cannot be mixed up. */
const MARK = '\u0001'

/** Bytes of the name of a network among hubs: one more than a network's own name may have. */
export const MAX_FEDERATED_BYTES = 129

/** What hubs call a network of wire version 1 among themselves: one of the same name may be another. */
export function federatedV1(network: string): string {
  return MARK + network
}

/** Whether a network among hubs is one of version 1, whose members are told of each other in pairs. */
export function isFederatedV1(network: string): boolean {
  return network.startsWith(MARK)
}

/** What its members call such a network. */
export function ownV1Name(network: string): string {
  return network.slice(MARK.length)
}
