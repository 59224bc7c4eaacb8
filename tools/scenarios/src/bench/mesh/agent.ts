/** How to join, the same for every system. */
export interface AgentOptions {
  /** Where its hub listens. */
  readonly hub: string
  /** Links to have at most. */
  readonly maxPeers: number
  /** Called with every message of another peer, broadcast or direct. */
  readonly onMessage: (text: string) => void
  /** Called with the reason when this peer learns that a direct message of its own was lost. */
  readonly onFailure: (code: string) => void
}

/** One peer of a system that is measured, in this process. */
export interface Agent {
  /** Known at the latest once it has joined. */
  readonly id: string | undefined
  /** Peers with an open data channel, now. */
  readonly links: readonly string[]
  /** WebRTC connections made so far, whether or not they opened. */
  readonly connections: number
  /** Turns to the hub; links follow. */
  join(): Promise<void>
  broadcast(text: string): void
  direct(to: string, text: string): void
}

/** Makes a peer that is ready to {@link Agent.join}. */
export type MakeAgent = (options: AgentOptions) => Promise<Agent>
