// Installed beside the workspaces, only where the bench runs.
declare module '@thaunknown/simple-peer/lite.js' {
  const Peer: new (
    options: object,
  ) => {
    on(event: string, listener: (value: never) => void): void
    write(bytes: Uint8Array): boolean
    signal(signal: unknown): void
    destroy(): void
  }
  export default Peer
}

declare module '@trystero-p2p/core' {
  export const selfId: string
  export function createTopicStrategy(adapter: object): (
    config: object,
    room: string,
  ) => {
    makeAction(name: string): {
      send(data: Uint8Array | string, options?: { target?: string }): Promise<void>
      onMessage: ((data: never, context: { peerId: string }) => void) | null
    }
    onPeerJoin: ((peer: string) => void) | null
    leave(): Promise<void>
  }
}
