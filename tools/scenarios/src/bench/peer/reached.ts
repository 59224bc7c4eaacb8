import type { LinkUp } from './tab-api.ts'

/** A tab, and the links it saw. */
export interface TabLinks {
  readonly id: string
  readonly links: readonly LinkUp[]
}

/**
 * When the last tab could be reached from the first, link by link; a link counts once either end has it.
 * @returns `Date.now()`, or `undefined` if some are apart
 */
export function reachedAt(tabs: readonly TabLinks[]): number | undefined {
  const parts = new Map(tabs.map(({ id }) => [id, id]))
  const part = (id: string): string => {
    const next = parts.get(id) as string
    return next === id ? id : part(next)
  }
  const ups = tabs.flatMap(({ id, links }) => links.map(({ peer, at }) => ({ id, peer, at })))
  let left = tabs.length - 1
  for (const { id, peer, at } of ups.sort((a, b) => a.at - b.at)) {
    if (!parts.has(peer) || part(id) === part(peer)) continue
    parts.set(part(id), part(peer))
    if (--left === 0) return at
  }
  return undefined
}
