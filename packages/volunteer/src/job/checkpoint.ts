/** Where results are kept, so that a job with the same inputs need not compute them again. */
export interface Checkpoint {
  /** The result of the input of that number, from 0, if it is kept. */
  get(index: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Keeps one. It is not handed out before. */
  put(index: number, result: Uint8Array): void | Promise<void>
}
