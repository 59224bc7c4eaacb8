/** One end of a connection, whatever library it is of. */
export interface End {
  /** Resolves once messages may be sent. */
  readonly opened: Promise<unknown>
  /** Takes a message, or says that the window is full. */
  send(message: Uint8Array<ArrayBuffer>): boolean | Promise<boolean>
  /** Calls once the window is open again. */
  drained(run: () => void): void
  received(listener: (message: Uint8Array) => void): void
  /** Takes what the other end's `signalled` brought. */
  signal(signal: unknown): void
  close(): Promise<void>
}

/** Makes ends; `signalled` must reach the other one. */
export interface EndKind {
  readonly name: string
  /** The largest message of its user; larger ones are sent in pieces of this. */
  readonly maxMessageBytes: number
  create(dial: boolean, signalled: (signal: unknown) => void): End
}
