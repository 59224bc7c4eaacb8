/** One peer, wherever it runs. */
export interface Agent {
  /** Whether it is one of ours. Default false. */
  readonly isOurs?: boolean
  /** Joins a network by a hub, under this id if the peer takes one. */
  join(url: string, network: string, id: string): Promise<void>
  /** Known once it has joined. */
  id(): string
  /** Peers with an open data channel. */
  links(): Promise<readonly string[]>
  /** What others sent, so far. */
  received(): Promise<readonly string[]>
  broadcast(text: string): Promise<void>
  direct(to: string, text: string): Promise<void>
  end(): Promise<void>
}
