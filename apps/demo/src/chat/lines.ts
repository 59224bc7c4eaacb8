import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { ripple } from '../network/ripples.ts'
import { chosen } from '../session/chosen.ts'
import { mesh, self } from '../session/session.ts'
import { signal } from '../ui/signal.ts'

/** Chat lines kept on the page. */
const MAX_LINES = 500

/** One line of the chat. */
export interface Line {
  readonly key: string
  readonly who: PeerId
  /** The one reader of a direct message. */
  readonly to: PeerId | undefined
  readonly text: string
  /** What is known of its way, in words. */
  readonly note: string
  readonly mine: boolean
}

export const lines = signal<readonly Line[]>([])

/** Writes down what comes through a mesh. */
export function hear(joined: PigeonMesh): void {
  joined.on('messageReceived', ({ from, content, direct, hops, messageId, path }) => {
    if (typeof content !== 'string') return
    const note = direct ? 'direct message' : hops === 1 ? '1 hop' : `${hops} hops`
    const to = direct ? joined.peerId : undefined
    add({ key: messageId, who: from, to, text: content, note, mine: false })
    if (path !== undefined) ripple([...path, joined.peerId])
  })
  joined.on('messageDelivered', ({ messageId, to, hops, ms }) => {
    annotate(messageId, `delivered in ${Math.round(ms)} ms`)
    if (hops === 1) ripple([joined.peerId, to])
  })
  joined.on('messageFailed', ({ messageId, code }) => annotate(messageId, `not delivered: ${code}`))
}

/** Sends what was typed to whom is chosen. */
export function send(text: string): void {
  const joined = mesh.value
  if (joined === undefined || text === '') return
  const to = chosen.value
  const key =
    to === undefined
      ? joined.sendMessage(text, { tracePath: true })
      : joined.sendDirectMessage(to, text)
  const note = to === undefined ? 'to everyone' : 'sending…'
  add({ key, who: self.value as PeerId, to, text, note, mine: true })
}

function add(line: Line): void {
  lines.value = [...lines.value, line].slice(-MAX_LINES)
}

function annotate(key: string, note: string): void {
  lines.value = lines.value.map((line) => (line.key === key ? { ...line, note } : line))
}
