/** What a node counted. */
export interface TreeStats {
  /** Requests to join that this node sent. */
  readonly requests: number
  /** Requests that it took, passed on, and stored for a while. */
  readonly accepted: number
  readonly passed: number
  readonly stored: number
  /** Requests it had no room to store. */
  readonly dropped: number
  /** Requests whose ticket was not valid. */
  readonly refused: number
  /** Orders to take a dead child's place. */
  readonly orders: number
  /** Leaves asked to come nearer to the root. */
  readonly pulls: number
  /** Frames and letters that made no sense. */
  readonly rejected: number
}
