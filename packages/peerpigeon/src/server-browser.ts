/** Options of {@link PeerPigeonServer}. */
export type PeerPigeonServerOptions = Readonly<Record<string, unknown>>

/** Stands in for the server in pages. */
export class PeerPigeonServer {
  /** @throws Error always */
  constructor(_options: PeerPigeonServerOptions = {}) {
    throw new Error('PeerPigeonServer runs on Node only: a page cannot listen for connections')
  }
}
