import type { Node } from '../authority/node.ts'

/** All that some entries add up to: what stands for them when their bodies are gone. */
export interface State {
  /** Values, with the entry that set each; of deleted ones none. */
  readonly values: Map<string, { node: Node; bytes: Uint8Array | undefined }>
  /** By set and element, as hex, the additions that stand. */
  readonly sets: Map<string, Map<string, Set<string>>>
  readonly counters: Map<string, bigint>
  /** Updates of documents. */
  readonly updates: Map<string, Uint8Array[]>
  /** The next change of each client in each document. */
  readonly spans: Map<string, number>
  /** Pieces that wait for their last one: of values, and of updates. */
  readonly openValues: Map<string, readonly Uint8Array[]>
  readonly openUpdates: Map<string, readonly Uint8Array[]>
}

/** Nothing yet. */
export function emptyState(): State {
  return {
    values: new Map(),
    sets: new Map(),
    counters: new Map(),
    updates: new Map(),
    spans: new Map(),
    openValues: new Map(),
    openUpdates: new Map(),
  }
}
