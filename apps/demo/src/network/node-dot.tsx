import type { PeerId } from '@pigeon/peer'
import { choose, chosen } from '../session/chosen.ts'
import { self, suspects } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { toneOf } from '../ui/tone.ts'

/** A peer of the picture. */
export interface NodeDotProps {
  readonly peerId: PeerId
  readonly label: string
  readonly x: number
  readonly y: number
  /** Files were dropped on it. */
  readonly onFiles: (files: readonly File[]) => void
}

/** A peer: browsers are round, programs square. It can be chosen, and files dropped on it. */
export function NodeDot({ peerId, label, x, y, onFiles }: NodeDotProps) {
  const isSelf = peerId === self.value
  const isChosen = peerId === chosen.value
  const isSuspect = suspects.value.has(peerId)
  const name = `${label || 'peer'} ${shortId(peerId)}`
  const classes = [
    'dot',
    toneOf(peerId),
    isSelf && 'self',
    isChosen && 'chosen',
    isSuspect && 'suspect',
  ]
  const title = isSelf ? 'You; press to write to everyone' : `Write to ${name}`
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group cannot be a button element
    <g
      class={classes.filter(Boolean).join(' ')}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={0}
      aria-pressed={isChosen}
      aria-label={isSuspect ? `${title}; not heard of` : title}
      data-peer={peerId}
      onClick={() => choose(peerId)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        choose(peerId)
      }}
      onDragOver={(event) => {
        if (!isSelf) event.preventDefault()
      }}
      onDrop={(event) => {
        event.preventDefault()
        onFiles([...(event.dataTransfer?.files ?? [])])
      }}
    >
      <circle r={isSelf ? 21 : 18} class="halo" />
      <circle r={23} class="target" />
      {label === 'Node' ? (
        <rect class="shape" x={-12} y={-12} width={24} height={24} rx={5} />
      ) : (
        <circle class="shape" r={isSelf ? 15 : 12} />
      )}
      <text y={isSelf ? 35 : 33}>{isSelf ? 'you' : shortId(peerId)}</text>
    </g>
  )
}
