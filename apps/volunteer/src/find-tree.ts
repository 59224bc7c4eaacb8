import type { PeerId } from '@pigeon/xor'
import type { JobPage } from './page/wire.ts'

/** Where a tree is. */
export interface Whereabouts {
  readonly hubs: readonly string[]
  readonly tree: string
  /** Of its root. */
  readonly entry?: PeerId | undefined
}

/**
 * Reads where a tree is from the address of a page of `run`, or takes that of a hub.
 * @throws Error that says what the page answered
 */
export async function findTree(
  url: string,
  { tree, entry }: Omit<Whereabouts, 'hubs'>,
): Promise<Whereabouts> {
  if (/^wss?:/.test(url)) return { hubs: [url], tree, entry }
  const page = new URL('.', url)
  const response = await fetch(new URL('job.json', page))
  if (!response.ok) throw new Error(`${url} is no page of pigeon-volunteer: ${response.status}`)
  const job = (await response.json()) as JobPage
  const own = page.href.replace(/^http/, 'ws')
  return { hubs: job.hubs.length > 0 ? job.hubs : [own], tree: job.tree, entry: job.entry }
}
