import { describe, expect, it } from 'vitest'
import { deepImports } from './deep-imports.ts'
import { entrySources } from './entry-sources.ts'

const from = 'packages/gossip/src/gossip.ts'

describe('an import of another package', () => {
  it('B8 is refused as a relative path', () => {
    const specifier = '../../xor/src/id.ts'
    expect(deepImports([{ from, specifier, to: 'packages/xor/src/id.ts' }])).toEqual([
      `no-deep-import: ${from} → ${specifier}`,
    ])
  })

  it('B8 is fine by name', () => {
    const specifier = '@pigeon/xor'
    expect(deepImports([{ from, specifier, to: 'packages/xor/src/index.ts' }])).toEqual([])
  })

  it('B8 is found in the sources, by every condition of its entry', () => {
    const exports = {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './socket': { node: { default: './dist/socket-node.js' }, default: './dist/socket.js' },
      './package.json': './package.json',
    }
    const manifest = { name: '@pigeon/xor', version: '1.0.0', exports }
    expect(entrySources([{ path: 'packages/xor', manifest }])).toEqual({
      '@pigeon/xor': ['./packages/xor/src/index.ts'],
      '@pigeon/xor/socket': ['./packages/xor/src/socket-node.ts', './packages/xor/src/socket.ts'],
    })
  })
})

describe('an import inside a package', () => {
  it('B8 is a relative path', () => {
    const specifier = './message.ts'
    expect(deepImports([{ from, specifier, to: 'packages/gossip/src/message.ts' }])).toEqual([])
  })
})
