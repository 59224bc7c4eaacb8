import { describe, expect, it } from 'vitest'
import type { Manifest } from '../repository/publishable.ts'
import { checkManifests } from './manifests.ts'
import { LAYERS, type Layer, reach } from './table.ts'

const LAYERS_OF_TEST: Record<string, Layer> = {
  base: { uses: [] },
  simulator: { uses: ['base'] },
  upper: { uses: ['base'], entries: { extra: ['side'] }, tests: ['top'] },
  side: { uses: [] },
  top: { uses: ['upper', 'base'] },
}

const check = (name: string, fields: Partial<Manifest>): string[] => {
  const manifest = { name: `@pigeon/${name}`, version: '1.0.0', ...fields }
  return checkManifests([{ path: `packages/${name}`, manifest }], LAYERS_OF_TEST)
}

describe('what a package.json may ask for', () => {
  it('B8 is what its row of the table says', () => {
    expect(check('upper', { dependencies: { '@pigeon/base': '*', ws: '*' } })).toEqual([])
  })

  it('B8 is no other layer', () => {
    expect(check('base', { dependencies: { '@pigeon/upper': '*' } })).toEqual([
      'packages/base/package.json: dependencies has @pigeon/upper, the layer table does not',
    ])
  })

  it('B8 is what one of its entries uses only as an optional peer', () => {
    expect(check('upper', { peerDependencies: { '@pigeon/side': '*' } })).toEqual([])
    expect(check('upper', { dependencies: { '@pigeon/side': '*' } })).toHaveLength(1)
  })

  it('B8 is the simulator, the private tools and what the table names, for tests', () => {
    const devDependencies = {
      '@pigeon/simulator': '*',
      '@pigeon-tools/browser': '*',
      '@pigeon/top': '*',
    }
    expect(check('upper', { devDependencies })).toEqual([])
    expect(check('base', { devDependencies })).toHaveLength(1)
  })

  it('B8 is nothing for a package that is not in the table', () => {
    expect(check('unknown', {})).toEqual([
      'packages/unknown/package.json: @pigeon/unknown is not in the layer table',
    ])
  })

  it('B8 does not lead back to the package, development dependencies included', () => {
    const packages = [
      { name: '@pigeon/top', dependencies: { '@pigeon/upper': '*' } },
      { name: '@pigeon/upper', devDependencies: { '@pigeon/top': '*' } },
    ].map((manifest) => ({ path: manifest.name, manifest: { version: '1.0.0', ...manifest } }))
    expect(checkManifests(packages, LAYERS_OF_TEST)).toEqual([
      'packages in a circle: @pigeon/top → @pigeon/upper → @pigeon/top',
    ])
  })
})

describe('the layer table', () => {
  it('B8 names only layers that have a row', () => {
    const named = Object.values(LAYERS).flatMap(({ uses, entries = {}, tests = [] }) => [
      ...uses,
      ...tests,
      ...Object.values(entries).flat(),
    ])
    expect(named.filter((name) => LAYERS[name] === undefined)).toEqual([])
  })

  it('B8 has no circle', () => {
    for (const [name, { uses }] of Object.entries(LAYERS))
      for (const use of uses) expect(reach(use).has(name), `${name} ← ${use}`).toBe(false)
  })
})
