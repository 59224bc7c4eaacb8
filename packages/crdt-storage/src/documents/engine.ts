/** What one update changes, read without applying it. */
export interface UpdateSpan {
  /** The number its author goes by in this engine. */
  readonly client: number
  /** The author's first and next change: each update goes on where the one before ended. */
  readonly from: number
  readonly to: number
}

/**
 * The CRDT that documents are made of; `/yjs` has the one for Yjs. Updates reach it only when their
 * author was proven and allowed to write.
 */
export interface DocumentEngine<Doc = unknown> {
  /** Goes into the genesis: replicas of one space have equal engines. */
  readonly id: string
  create(): Doc
  /**
   * Sets the number of this session's changes from now on, after the history was applied.
   * @param client at most 2^53 - 1
   */
  setClient(doc: Doc, client: number): void
  /** Applies updates in one transaction. */
  apply(doc: Doc, updates: readonly Uint8Array[]): void
  /** Tells of each local change. */
  onLocalUpdate(doc: Doc, changed: (update: Uint8Array) => void): () => void
  /** One update out of several that follow each other. */
  merge(updates: readonly Uint8Array[]): Uint8Array
  /**
   * Whose changes an update holds; none if it only deletes.
   * @throws if it is no update
   */
  inspect(update: Uint8Array): readonly UpdateSpan[]
  /** All of a document as one update. */
  snapshot(doc: Doc): Uint8Array
  /** Lets go of a document that was replaced or closed. */
  destroy(doc: Doc): void
}
