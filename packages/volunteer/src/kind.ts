/** The first byte of every frame: the version in the high half, then what it is. */
export const Kind = {
  /** Away from the submitter: there is this job, and this is the way to it. */
  announce: 0x51,
  /** Away from the submitter: it is over. */
  end: 0x52,
  /** Towards the submitter: so many of its tasks may be here at once. */
  want: 0x53,
  /** Away: compute this. */
  task: 0x54,
  /** Towards: it is computed. */
  result: 0x55,
  /** Towards: it is not. */
  failed: 0x56,
  /** Away: nobody waits for it any more. */
  cancel: 0x57,
  /** Towards: I need the code of this hash. */
  need: 0x58,
  /** Away: here it is. */
  code: 0x59,
  /** Towards: how far away are you? */
  probe: 0x5a,
  /** Away: so far. */
  echo: 0x5b,
} as const
