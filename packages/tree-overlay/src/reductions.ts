import { ByteWriter } from '@pigeon/transport'
import type { Core } from './core.ts'
import type { Neighbour } from './neighbour.ts'
import type { Places } from './places.ts'
import { decodeAsk, decodeSum, encodeAsk, encodeSum, MAX_TOPIC_BYTES } from './reduction-frames.ts'

/** Topics that one node answers. */
const MAX_TOPICS = 64

/** How a node takes part in reductions of one topic. */
export interface Reducer {
  /** This node's part; `undefined` for none. */
  value(query: Uint8Array): Uint8Array | undefined
  /** Two parts as one, in any order. */
  combine(a: Uint8Array, b: Uint8Array): Uint8Array
}

/** What came of a reduction. */
export interface Reduction {
  /** Of all parts; `undefined` if there was none. */
  readonly value: Uint8Array | undefined
  /** Nodes that took part. */
  readonly nodes: number
  /** Whether all below were heard in time. */
  readonly complete: boolean
}

interface Running {
  readonly id: number
  readonly topic: string
  readonly waitsFor: Set<Neighbour>
  value: Uint8Array | undefined
  nodes: number
  complete: boolean
  readonly done: (reduction: Reduction) => void
}

/** Questions that go down the tree, and their answers, which are made one at each node on the way up. */
export class Reductions {
  readonly #core: Core
  readonly #places: Places
  readonly #reducers = new Map<string, Reducer>()
  readonly #running = new Map<number, Running>()

  constructor(core: Core, places: Places) {
    this.#core = core
    this.#places = places
  }

  /** Reductions under way. */
  get size(): number {
    return this.#running.size
  }

  /** @throws RangeError if the topic is too long, or there are too many */
  serve(topic: string, reducer: Reducer): () => void {
    checkTopic(topic)
    if (!this.#reducers.has(topic) && this.#reducers.size >= MAX_TOPICS) {
      throw new RangeError(`at most ${MAX_TOPICS} topics`)
    }
    this.#reducers.set(topic, reducer)
    return () => {
      if (this.#reducers.get(topic) === reducer) this.#reducers.delete(topic)
    }
  }

  /** Asks everybody below, this node included. @returns false if too many are under way */
  start(
    topic: string,
    query: Uint8Array,
    timeoutMs: number,
    done: (reduction: Reduction) => void,
  ): boolean {
    checkTopic(topic)
    if (this.#running.size >= this.#core.limits.reductions) return false
    this.#begin(this.#core.name(), topic, query, timeoutMs, done)
    return true
  }

  /** The parent asks. @throws WireError */
  asked(parent: Neighbour, bytes: Uint8Array): void {
    const { reductionBytes, reductions } = this.#core.limits
    const { id, timeoutMs, topic, query } = decodeAsk(bytes, reductionBytes)
    if (this.#running.has(id)) return
    const answer = (reduction: Reduction) => void parent.sendFrame(encodeSum({ id, ...reduction }))
    if (this.#running.size < reductions) this.#begin(id, topic, query, timeoutMs, answer)
    else answer({ value: undefined, nodes: 0, complete: false })
  }

  /** A child answers. @throws WireError */
  answered(child: Neighbour, bytes: Uint8Array): void {
    const { reductionBytes } = this.#core.limits
    const { id, complete, nodes, value } = decodeSum(bytes, reductionBytes)
    const running = this.#running.get(id)
    if (running === undefined || !running.waitsFor.delete(child)) return
    running.nodes += nodes
    running.complete &&= complete
    if (value !== undefined) this.#add(running, value)
    this.#check(running)
  }

  /** A child is gone: nobody waits for its part. */
  forget(child: Neighbour): void {
    for (const running of [...this.#running.values()]) {
      if (!running.waitsFor.delete(child)) continue
      running.complete = false
      this.#check(running)
    }
  }

  #begin(
    id: number,
    topic: string,
    query: Uint8Array,
    timeoutMs: number,
    done: (reduction: Reduction) => void,
  ): void {
    const waitsFor = new Set<Neighbour>()
    const running: Running = {
      id,
      topic,
      waitsFor,
      value: undefined,
      nodes: 1,
      complete: true,
      done,
    }
    this.#running.set(id, running)
    this.#core.timers.set(running, timeoutMs, () => {
      running.complete = false
      this.#end(running)
    })
    // Those below have less time, so that what they heard still gets here.
    const below = Math.max(1, Math.floor(timeoutMs * 0.9))
    const frame = encodeAsk({ id, timeoutMs: below, topic, query })
    for (const child of this.#places.children.values()) {
      if (child.sendFrame(frame) === 'sent') waitsFor.add(child)
      else running.complete = false
    }
    const own = attempt(() => this.#reducers.get(topic)?.value(query))
    if (own !== undefined) this.#add(running, own)
    this.#check(running)
  }

  #add(running: Running, value: Uint8Array): void {
    const { value: before } = running
    const reducer = this.#reducers.get(running.topic)
    const both =
      before === undefined ? value : (attempt(() => reducer?.combine(before, value)) ?? undefined)
    if (both === undefined || both.length > this.#core.limits.reductionBytes)
      running.complete = false
    else running.value = both
  }

  #check(running: Running): void {
    if (running.waitsFor.size === 0) this.#end(running)
  }

  #end(running: Running): void {
    if (!this.#running.delete(running.id)) return
    this.#core.timers.stop(running)
    const { value, nodes, complete } = running
    running.done({ value, nodes, complete })
  }
}

/** What the application gives; `undefined` if it throws, which must not stop the tree. */
function attempt<T>(ask: () => T | undefined): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}

function checkTopic(topic: string): void {
  if (topic.length > 0 && new ByteWriter().text(topic).length <= MAX_TOPIC_BYTES) return
  throw new RangeError(`a topic has 1 to ${MAX_TOPIC_BYTES - 1} bytes`)
}
