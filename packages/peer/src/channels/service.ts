/** What a messenger carries, by number; part of the wire format. */
export const Service = { channels: 1, calls: 2, trees: 3 } as const
