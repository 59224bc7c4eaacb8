/**
 * The hubs of a client, preferred first, and which of them is the present one.
 */
export class HubUrls {
  readonly #given: readonly string[]
  #urls: readonly string[]
  #index = 0

  constructor(urls: readonly string[]) {
    this.#given = [...new Set(urls)]
    this.#urls = this.#given
  }

  /** The hub that is connected or tried next; `undefined` once every hub refused. */
  get current(): string | undefined {
    return this.#urls[this.#index]
  }

  /** Whether the present hub is the preferred one. */
  get atFirst(): boolean {
    return this.#index === 0
  }

  /** Goes on to the next hub, and from the last to the first. */
  advance(): void {
    this.#index = (this.#index + 1) % this.#urls.length
  }

  /** Back to the preferred hub. */
  rewind(): void {
    this.#index = 0
  }

  /** The present hub will not do, ever. */
  drop(): void {
    const { current } = this
    this.#urls = this.#urls.filter((url) => url !== current)
    this.#index %= Math.max(1, this.#urls.length)
  }

  /** No hub will do. */
  dropAll(): void {
    this.#urls = []
    this.#index = 0
  }

  /** The present hub goes away: first those it names, then the others that were given, itself last. */
  divert(alternatives: readonly string[]): void {
    const leaving = this.current
    const others = [...alternatives, ...this.#given].filter((url) => url !== leaving)
    this.#urls = [...new Set(others), ...(leaving === undefined ? [] : [leaving])]
    this.#index = 0
  }
}
