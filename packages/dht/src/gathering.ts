/**
 * Asks several peers, some at once and the next whenever one has answered, until it is enough or
 * all were heard; ends once.
 */
export class Gathering {
  readonly #count: number
  readonly #isEnough: () => boolean
  readonly #done: () => void
  #begun = 0
  #heard = 0
  #isOver = false

  constructor(count: number, isEnough: () => boolean, done: () => void) {
    this.#count = count
    this.#isEnough = isEnough
    this.#done = done
  }

  /**
   * @param atOnce how many are asked without waiting for others
   * @param ask begins one, and says when it was heard or will not be
   */
  start(atOnce: number, ask: (index: number, heard: () => void) => void): void {
    const next = () => {
      if (this.#begun >= this.#count) return
      ask(this.#begun++, () => {
        this.#heard++
        if (!this.#end()) next()
      })
    }
    if (this.#end()) return
    for (let index = 0; index < atOnce && !this.#isOver; index++) next()
    this.#end()
  }

  #end(): boolean {
    if (!this.#isOver && (this.#isEnough() || this.#heard >= this.#count)) {
      this.#isOver = true
      this.#done()
    }
    return this.#isOver
  }
}
