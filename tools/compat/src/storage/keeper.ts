/** What a stored value is asked to be. */
interface StoreOptions {
  readonly isPublic?: boolean
  readonly isImmutable?: boolean
  readonly enableCRDT?: boolean
}

/** Somebody who stores, of either system. Whatever is refused there rejects. */
export interface Keeper {
  join(url: string, network: string, id: string): Promise<void>
  id(): string
  /** What a reader names when it asks for a value of this one. */
  owner(): string
  links(): Promise<readonly string[]>
  store(key: string, value: unknown, options?: StoreOptions): Promise<unknown>
  /** @param owner whose value is meant, where a system can tell */
  retrieve(key: string, owner?: string): Promise<unknown>
  update(key: string, value: unknown, owner?: string): Promise<unknown>
  delete(key: string): Promise<unknown>
  grant(key: string, peerId: string, role: 'read' | 'write'): Promise<unknown>
  revoke(key: string, peerId: string): Promise<unknown>
  end(): Promise<void>
}
