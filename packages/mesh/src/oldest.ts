/** Forgets the oldest entries beyond `limit`; entries that are set anew must be deleted first. */
export function forgetOldest<K>(
  entries: { readonly size: number; keys(): Iterable<K>; delete(key: K): boolean },
  limit: number,
): void {
  for (const oldest of entries.keys()) {
    if (entries.size <= limit) return
    entries.delete(oldest)
  }
}
