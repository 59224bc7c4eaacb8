import { describe, expect, it } from 'vitest'
import { type Budget, parseBudgets } from './budgets.ts'
import { loadedAtOnce, packageOf } from './bundle.ts'
import { isolationProblems } from './isolation.ts'
import { kilobytes, overBudget, sizeTable } from './measured.ts'
import { isCurrent, statedSizes, stateSizes } from './stated.ts'

const budget: Budget = { package: '@pigeon/xor', import: "* from '@pigeon/xor'", limit: 2000 }

describe('size budgets', () => {
  it('B8 are rows of package, import and limit', () => {
    expect(parseBudgets(JSON.stringify([budget]))).toEqual([budget])
  })

  it('B8 must import the package they belong to', () => {
    const row = { ...budget, import: "* from '@pigeon/peer'" }
    expect(() => parseBudgets(JSON.stringify([row]))).toThrow('no budget')
  })

  it('B8 are exceeded by one byte too many', () => {
    expect(overBudget([{ budget, bytes: 2000 }])).toEqual([])
    expect(overBudget([{ budget, bytes: 2001 }])).toEqual([
      "* from '@pigeon/xor' is 2001 bytes, 1 over its limit of 2000",
    ])
  })

  it('B8 make a table, with what is loaded later', () => {
    expect(sizeTable([{ budget, bytes: 1234, laterBytes: 23_456 }])).toBe(
      "* from '@pigeon/xor'     1.2 kB  limit   2.0 kB  later  23.5 kB",
    )
  })

  it('B8 make a table', () => {
    expect(sizeTable([{ budget, bytes: 1234 }])).toBe(
      "* from '@pigeon/xor'     1.2 kB  limit   2.0 kB",
    )
  })
})

describe('the size in a README', () => {
  it('B8 stands between markers', () => {
    const measured = new Map([
      ['@pigeon/xor', 1234],
      ['@pigeon/dht', 2345],
    ])
    const text = 'Size: <!-- size --><!-- /size -->, <!-- size @pigeon/dht -->old<!-- /size -->.'
    const written = stateSizes(text, '@pigeon/xor', measured)
    expect(written).toBe(
      'Size: <!-- size -->1.2 kB minified and gzipped<!-- /size -->, <!-- size @pigeon/dht -->2.3 kB<!-- /size -->.',
    )
    expect(statedSizes(written, '@pigeon/xor')).toEqual([
      { package: '@pigeon/xor', bytes: 1200 },
      { package: '@pigeon/dht', bytes: 2300 },
    ])
  })

  it('B8 may be missing', () => {
    expect(statedSizes('# xor', '@pigeon/xor')).toEqual([])
  })

  it('B8 is stale where it is no number', () => {
    const [stated] = statedSizes('<!-- size -->small<!-- /size -->', '@pigeon/xor')
    expect(isCurrent(stated?.bytes ?? 0, 1234)).toBe(false)
  })

  it('B8 may be off by 3 % and by what rounding takes', () => {
    expect(isCurrent(10_000, 10_300)).toBe(true)
    expect(isCurrent(10_000, 10_400)).toBe(false)
    expect(isCurrent(200, 249)).toBe(true)
  })

  it('B8 counts 1 kB as 1,000 bytes', () => {
    expect(kilobytes(12_345)).toBe('12.3 kB')
  })
})

describe('a bundle', () => {
  it('B8 is made of packages', () => {
    expect(packageOf('packages/xor/dist/id.js')).toBe('packages/xor')
    expect(packageOf('node_modules/.pnpm/ws@8.23.0/node_modules/ws/index.js')).toBe('ws')
    expect(packageOf('node_modules/.pnpm/x/node_modules/@noble/hashes/sha2.js')).toBe(
      '@noble/hashes',
    )
    expect(packageOf('import.js')).toBeUndefined()
  })

  it('B8 is loaded at once but for what `import()` names', () => {
    const output = (
      ...imports: { path: string; kind: 'import-statement' | 'dynamic-import' }[]
    ) => ({
      imports,
      bytes: 0,
      inputs: {},
      exports: [],
    })
    const outputs = {
      'entry.js': output(
        { path: 'shared.js', kind: 'import-statement' },
        { path: 'later.js', kind: 'dynamic-import' },
      ),
      'shared.js': output({ path: 'entry.js', kind: 'import-statement' }),
      'later.js': output({ path: 'shared.js', kind: 'import-statement' }),
    }
    expect([...loadedAtOnce(outputs, 'entry.js')]).toEqual(['entry.js', 'shared.js'])
  })

  it('B8 of one layer holds no layer it may not use, and no engine of Node', () => {
    const packages = ['xor', 'transport', 'mesh', 'gossip'].map((name) => ({
      path: `packages/${name}`,
      manifest: { name: `@pigeon/${name}`, version: '1.0.0' },
    }))
    const [, , , gossip] = packages
    if (gossip === undefined) throw new Error('no gossip')
    const bundled = ['packages/gossip', 'packages/mesh', 'packages/xor', '@noble/hashes', 'werift']
    expect(isolationProblems(gossip, bundled, packages)).toEqual([
      '@pigeon/gossip alone brings packages/mesh into a bundle',
      '@pigeon/gossip alone brings werift into a bundle',
    ])
  })
})
