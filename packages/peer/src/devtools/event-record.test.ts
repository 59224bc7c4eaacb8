import { Emitter } from '@pigeon/transport'
import { expect, test } from 'vitest'
import type { PigeonMeshEvents } from '../events.ts'
import { EventRecord } from './event-record.ts'

const names = (record: EventRecord) => record.all.map(({ name }) => name)

test('keeps what happened, the latest first, and what the program adds', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  const record = new EventRecord(mesh)
  mesh.emit('connected', { hub: 'ws://hub' })
  record.add('saved', { bytes: 3 })
  expect(record.all).toMatchObject([
    { name: 'saved', detail: { bytes: 3 } },
    { name: 'connected', detail: { hub: 'ws://hub' } },
  ])
})

test('of more events than the limit, the oldest go', () => {
  const record = new EventRecord(new Emitter<PigeonMeshEvents>(), { limit: 2 })
  for (const name of ['first', 'second', 'third']) record.add(name)
  expect(names(record)).toEqual(['third', 'second'])
  expect(() => new EventRecord(new Emitter<PigeonMeshEvents>(), { limit: 0 })).toThrow(
    'limit is a whole number from 1, got 0',
  )
})

test('tells of each event, and of none once it is closed', () => {
  const mesh = new Emitter<PigeonMeshEvents>()
  const record = new EventRecord(mesh)
  const told: string[] = []
  record.on('added', ({ name }) => told.push(name))
  mesh.emit('closed')
  record.close()
  mesh.emit('closed')
  expect(told).toEqual(['closed'])
  expect(names(record)).toEqual(['closed'])
})
