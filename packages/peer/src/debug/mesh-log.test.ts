import { Emitter } from '@pigeon/transport'
import { afterEach, expect, test, vi } from 'vitest'
import type { PigeonMeshEvents } from '../events.ts'
import { LOG_MODULES, logOf } from './mesh-log.ts'

const PEER = '00000000000000000000000000000000000000aa'
const info = vi.spyOn(console, 'info').mockImplementation(() => {})
afterEach(() => info.mockClear())

const MESSAGE = {
  from: PEER as never,
  verified: true,
  content: 'nobody else’s business',
  direct: true,
  hops: 1,
  ttl: 0,
  timestamp: 0,
  messageId: 'x',
  path: undefined,
}

test('M19 nothing is logged by default', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  logOf(mesh)
  mesh.emit('connected', { hub: 'ws://hub' })
  mesh.emit('messageReceived', MESSAGE)
  expect(info).not.toHaveBeenCalled()
})

test('M19 a module that is enabled says what happens in it, others nothing, until it is disabled', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  const log = logOf(mesh)
  log.enable('signaling')
  log.enable('signaling')
  mesh.emit('connected', { hub: 'ws://hub' })
  mesh.emit('peerReconnecting', { peerId: PEER as never })
  expect(info.mock.calls).toEqual([['[pigeon signaling] connected', { hub: 'ws://hub' }]])
  expect(LOG_MODULES.filter((module) => log.isEnabled(module))).toEqual(['signaling'])
  log.disable('signaling')
  mesh.emit('connected', { hub: 'ws://hub' })
  expect(info).toHaveBeenCalledTimes(1)
})

test('what people write is not logged', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  logOf(mesh).enable(...LOG_MODULES)
  mesh.emit('messageReceived', MESSAGE)
  mesh.emit('messageReceived', { ...MESSAGE, content: new Uint8Array(7) })
  mesh.emit('messageReceived', { ...MESSAGE, content: { secret: 'nobody else’s business' } })
  mesh.emit('closed')
  expect(info).toHaveBeenCalledTimes(4)
  expect(JSON.stringify(info.mock.calls)).not.toContain('business')
  expect(info.mock.calls[0]?.[1]).toMatchObject({ from: PEER, characters: 22 })
  expect(info.mock.calls[1]?.[1]).toMatchObject({ bytes: 7 })
})

test('all who ask for the log of a mesh get the same one', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  expect(logOf(mesh)).toBe(logOf(mesh))
  expect(logOf(new Emitter<PigeonMeshEvents>())).not.toBe(logOf(mesh))
})

test('a module that is not there is refused by name', () => {
  const log = logOf(new Emitter<PigeonMeshEvents>())
  expect(() => log.enable('gossip' as never)).toThrow(
    'log modules are signaling, discovery, links, messages, mesh, got gossip',
  )
})
