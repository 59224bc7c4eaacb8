import { expect, test } from 'vitest'
import { ourErrors, typeProgram } from './type-program.ts'

test('a program uses every entry', () => {
  expect(typeProgram(['@pigeon/xor', '@pigeon/transport/system'])).toBe(
    [
      "import * as e0 from '@pigeon/xor'",
      "import * as e1 from '@pigeon/transport/system'",
      'export const all: readonly object[] = [e0, e1]',
      '',
    ].join('\n'),
  )
})

test('errors of the program and of our declarations count, those of other packages do not', () => {
  const ours = [
    'program.ts(1,21): error TS2307: Cannot find module.',
    'node_modules/@pigeon/xor/dist/id.d.ts(3,1): error TS1005: x.',
    'error TS6053: File not found.',
  ]
  const others = [
    'node_modules/werift/lib/index.d.ts(1,1): error TS1005: x.',
    'node_modules/@pigeon/xor/node_modules/ws/index.d.ts(1,1): error TS1005: x.',
    '  a detail of it',
  ]
  expect(ourErrors([...ours, ...others].join('\n'))).toEqual(ours)
})
