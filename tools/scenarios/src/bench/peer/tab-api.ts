/** When a link of a tab came up, `Date.now()`. */
export interface LinkUp {
  readonly peer: string
  readonly at: number
}

/** What a tab of either system can be told. */
export type TabApi = {
  /** Begins to join. @returns when, `Date.now()` */
  join(address: string): number
  /** Its id, once it has one. */
  id(): Promise<string>
  /** Links that came up so far. */
  links(): readonly LinkUp[]
  /** Says something to all. */
  broadcast(text: string): void
  /** Says something to one. @returns whether that was possible at all */
  direct(peer: string, text: string): boolean
  /** What it heard: `sender text`. */
  heard(): readonly string[]
}
