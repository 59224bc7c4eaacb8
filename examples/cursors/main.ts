// Everybody sees where the pointers of the others are.
import { joinMesh, type PeerId } from '@pigeon/peer'
import { openChannel } from '@pigeon/peer/channels'

/** Where a pointer is, as parts of the page. */
interface Point {
  readonly x: number
  readonly y: number
}

/** Pointers are told so often at most, ms. */
const TELL_MS = 40

const address = new URL(location.href).searchParams
const hub = address.get('hub') ?? 'ws://localhost:3000'
document.body.innerHTML = '<p role="status">Joining…</p>'
document.body.style.cssText = 'margin: 0; height: 100vh; overflow: hidden'
const status = document.querySelector('p') as HTMLElement

const mesh = await joinMesh('example-cursors', { hubs: [hub] })

// Any validator of Standard Schema does: zod, valibot, arktype, or a few lines.
const isPoint = (value: unknown): value is Point =>
  ['x', 'y'].every((name) => Number.isFinite((value as Record<string, unknown> | null)?.[name]))
const validate = (value: unknown) =>
  isPoint(value) ? { value } : { issues: [{ message: 'no point' }] }
const points = openChannel<Point>(mesh, 'points', {
  schema: { '~standard': { version: 1, vendor: 'example', validate } },
})

const pointers = new Map<PeerId, HTMLElement>()

function pointerOf(peer: PeerId): HTMLElement {
  const known = pointers.get(peer)
  if (known !== undefined) return known
  const pointer = document.createElement('div')
  pointer.className = 'pointer'
  pointer.textContent = `▲ ${peer.slice(0, 4)}`
  pointer.style.cssText = `position: fixed; color: hsl(${Number.parseInt(peer.slice(0, 4), 16) % 360} 70% 40%)`
  document.body.append(pointer)
  pointers.set(peer, pointer)
  return pointer
}

points.on('value', ({ from, value: { x, y } }) => {
  pointerOf(from).style.translate = `${x * innerWidth}px ${y * innerHeight}px`
})
mesh.on('peerDisconnected', ({ peerId }) => {
  pointers.get(peerId)?.remove()
  pointers.delete(peerId)
})
mesh.on('peerConnected', () => {
  status.textContent = `${mesh.peers.size} linked`
})

let last = 0
addEventListener('pointermove', ({ clientX, clientY, timeStamp }) => {
  if (timeStamp - last < TELL_MS || mesh.peers.size === 0) return
  last = timeStamp
  points.publish({ x: clientX / innerWidth, y: clientY / innerHeight })
})
