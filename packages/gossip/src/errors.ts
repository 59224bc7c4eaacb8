/** What can go wrong in a {@link Gossip} that is not wrong use. */
export type GossipErrorCode =
  /** This peer publishes more than others accept from one author. */
  'GOSSIP_RATE'

/** A message could not be published. */
export class GossipError extends Error {
  override readonly name = 'GossipError'
  readonly code: GossipErrorCode

  constructor(code: GossipErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
