/** What a hub counts about messages, since it was made. */
export interface Counters {
  relayed: number
  undeliverable: number
  rateLimited: number
  malformed: number
}

/** Nothing counted yet. */
export function newCounters(): Counters {
  return { relayed: 0, undeliverable: 0, rateLimited: 0, malformed: 0 }
}
