/** What a scenario can measure, at its end unless it says otherwise. */
export const METRICS = [
  /** Peers that are there. */
  'running',
  /** Parts that no link joins. */
  'components',
  /** Share of the running peers in the largest part. */
  'largestShare',
  /** Share of the running peers that are linked to the next id of the ring. */
  'ringComplete',
  'linksMin',
  'linksMean',
  'linksMax',
  /** Connections begun on either side, opened or not, since the beginning. */
  'connectionsCreated',
  'connectionsOpened',
  /** Messages the hub received and sent. */
  'hubMessages',
  /** Share of (broadcast, peer that was there from its publication to the end) that met. */
  'broadcastsDelivered',
  'broadcastMeanMs',
  /** Frames sent over links for one delivery of a broadcast, whatever they carried. */
  'framesPerDelivery',
  /** Share of the direct messages whose receipt came back. */
  'directDelivered',
  'events',
  /** By the real clock: differs from run to run. */
  'eventsPerSecond',
] as const

export type Metric = (typeof METRICS)[number]
export type Measured = Record<Metric, number>
