/**
 * Where this hub is reached: as its operator says, else where another hub saw it, once it listens on a
 * port.
 */
export class OwnAddress {
  readonly #said: string | undefined
  readonly #port: () => number
  #seen = ''

  constructor(said: string | undefined, port: () => number) {
    this.#said = said
    this.#port = port
  }

  /** Empty if nobody knows. */
  get url(): string {
    return this.#said ?? this.#seen
  }

  /** Another hub sees this one at a host. @returns whether the address is another now */
  seenAt(host: string): boolean {
    const port = this.#port()
    if (port === 0 || this.#said !== undefined) return false
    const seen = `ws://${host.includes(':') ? `[${host}]` : host}:${port}`
    if (seen === this.#seen) return false
    this.#seen = seen
    return true
  }
}
