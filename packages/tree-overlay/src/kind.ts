/** The first byte of every frame and letter: the version in the high half or its next, then what it is. */
export const Kind = {
  // Frames, between parent and child.
  /** Of the application. */
  data: 0x11,
  /** Down: the root lives, and this is the way to it. */
  pulse: 0x12,
  /** Up: what is below. */
  status: 0x13,
  /** Down, and to a root as a letter: take this node. */
  join: 0x14,
  /** I leave you. */
  leave: 0x15,
  /** Down: to everybody. */
  broadcast: 0x16,
  /** Down: what is your part? */
  ask: 0x17,
  /** Up: the parts of all below. */
  sum: 0x18,
  /** Signals of a link beside this one. */
  stream: 0x19,
  /** The first frame of a child. */
  attach: 0x1a,
  /** The first frame of a parent. */
  seat: 0x1b,
  // Letters, through the bootstrap.
  /** To who asked to join: here is my side of a link. */
  answer: 0x21,
  /** No, and why. */
  nack: 0x22,
  /** More of a link. */
  signal: 0x23,
  /** My parent is gone. */
  orphan: 0x24,
  /** To a leaf: take the place of a dead node. */
  promote: 0x25,
  /** To an orphan: that leaf is your parent. */
  move: 0x26,
  /** To who promoted: I am at it. */
  pending: 0x27,
  /** To a leaf: there is a place nearer to the root. */
  pull: 0x28,
  /** A frame of a link through the bootstrap. */
  relay: 0x29,
} as const
