/** What carries a link between hubs. */
export type HubLinkKind = 'webrtc' | 'ws' | 'nats'

/** Of several links to one hub the first of these carries what is sent. */
export const LINK_KINDS: readonly HubLinkKind[] = ['webrtc', 'ws', 'nats']
