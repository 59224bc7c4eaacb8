import type { Report } from './agent.ts'
import type { Remote } from './remote.ts'

/** One row a peer: what kind, how long joining took, and in how many hops it got each broadcast. */
export function table(
  remotes: readonly Remote[],
  joinMs: readonly number[],
  reports: readonly Report[],
): string {
  const names = remotes.map(({ kind }, index) => `${kind}${index + 1}`)
  const rows = reports.map(({ peerId, links, received, delivered }, row) => [
    names[row] ?? '',
    peerId.slice(0, 8),
    `${Math.round(joinMs[row] ?? 0)} ms`,
    `${links.length}`,
    ...reports.map((sender) => {
      if (sender.peerId === peerId) return '·'
      const hops = received.find((one) => !one.direct && one.from === sender.peerId)?.hops
      return hops === undefined ? 'missing' : `${hops}`
    }),
    received
      .filter(({ direct }) => direct)
      .map(({ hops }) => hops)
      .join(' ') || 'missing',
    delivered === 1 ? 'yes' : 'no',
  ])
  const head = ['peer', 'id', 'joined', 'links', ...names, 'direct in', 'own delivered']
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n')
}
