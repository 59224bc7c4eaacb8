/** The first byte of every frame: the version in the high half, what it is in the low one. */
export const Kind = {
  /** A whole message. */
  data: 0x11,
  /** Messages the sender has. */
  ihave: 0x12,
  /** Messages the sender wants. */
  pull: 0x13,
  /** Who is the root, and how far the sender is from it. */
  beacon: 0x14,
  /** Be my parent. */
  join: 0x15,
  /** No whole messages this way, please. */
  prune: 0x16,
  /** No, you are one child too many. */
  refuse: 0x17,
  /** Let the root speak up. */
  ask: 0x18,
  ping: 0x19,
  pong: 0x1a,
  /** What the sender got lately, as hashes. */
  digest: 0x1b,
  /** How many peers got a message behind the sender. */
  report: 0x1c,
} as const
