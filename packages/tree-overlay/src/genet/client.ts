import type { PeerId } from '@pigeon/xor'
import type { ConnectTreeOptions } from '../bootstrap/connect-tree.ts'

/** Options of {@link Client}. */
export interface ClientOptions extends ConnectTreeOptions {
  /** Whether the host is reached by `wss:`. Default false. */
  secure?: boolean
}

/** Where nodes find each other: a hub, by host or address, as webrtc-bootstrap's client. */
export class Client {
  readonly url: string
  readonly options: ConnectTreeOptions

  /**
   * @param host such as `localhost:3000`, or a whole `ws:` or `wss:` address
   * @param options.entry `treeEntry(secret)`: only who knows the secret can be root then
   */
  constructor(host: string, { secure = false, ...options }: ClientOptions = {}) {
    this.url = /^wss?:/.test(host) ? host : `${secure ? 'wss' : 'ws'}://${host}`
    this.options = options
  }

  /** Where the root is found, if that was given. */
  get entry(): PeerId | undefined {
    return this.options.entry
  }

  /** Does nothing: each node has its own connection, and closes it. */
  close(): void {}
}
