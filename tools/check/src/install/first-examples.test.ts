import { expect, test } from 'vitest'
import { root } from '../../../../scripts/lib/root.mjs'
import { publishable } from '../repository/publishable.ts'
import { firstExamples } from './first-examples.ts'

const named = (wanted: readonly string[]) =>
  publishable(root).filter(({ manifest }) => wanted.includes(manifest.name))

test('packages for pages have an example to bundle: the first of their README', () => {
  const [example, ...others] = firstExamples(root, named(['@pigeon/xor']))
  expect(others).toEqual([])
  expect(example?.name).toBe('@pigeon/xor')
  expect(example?.code).toMatch(/^import .* from '@pigeon\/xor'/)
})

test('programs have none, and neither has what begins with a program', () => {
  expect(firstExamples(root, named(['@pigeon/hub-server', '@pigeon/hub']))).toEqual([])
  expect(firstExamples(root, named(['@pigeon/webrtc', '@pigeon/volunteer']))).toEqual([])
})
