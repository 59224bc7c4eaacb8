/** What the primary process and its workers tell each other. */
export type WorkerMessage =
  /** The worker serves; what to tell the person who started it. */
  | { readonly type: 'ready'; readonly notice: string }
  | { readonly type: 'subscribe'; readonly subject: string }
  /** To all who subscribed but the sender, by way of the primary. */
  | { readonly type: 'publish'; readonly subject: string; readonly bytes: Uint8Array }
  /** SIGINT, SIGTERM and SIGHUP, which only the primary follows. */
  | { readonly type: 'stop' | 'drain' | 'reload' }

/** Bytes on the way to one process; what comes above is lost, and the link it belongs to ends. */
export const MAX_WAITING_BYTES: number = 32 * 1024 * 1024
