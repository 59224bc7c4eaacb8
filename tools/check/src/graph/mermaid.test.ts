import { describe, expect, it } from 'vitest'
import type { Package } from '../repository/publishable.ts'
import { mermaid } from './mermaid.ts'

const one = (path: string, name: string, uses: string[], more: object = {}): Package => {
  const dependencies = Object.fromEntries(uses.map((use) => [`@pigeon/${use}`, '*']))
  return { path, manifest: { name: `@pigeon/${name}`, version: '1.0.0', dependencies, ...more } }
}

describe('the package graph', () => {
  it('has a node a package and an arrow a dependency, without those that follow from others', () => {
    const packages = [
      one('packages/mesh', 'mesh', ['transport', 'xor']),
      one('packages/transport', 'transport', ['xor']),
      one('packages/xor', 'xor', []),
    ]
    expect(mermaid(packages).split('\n')).toEqual([
      '```mermaid',
      'flowchart TD',
      '  mesh["@pigeon/mesh"]',
      '  transport["@pigeon/transport"]',
      '  xor["@pigeon/xor"]',
      '  mesh --> transport',
      '  transport --> xor',
      '```',
    ])
  })

  it('counts what a private app bundles, and leaves out its tests and the tools', () => {
    const packages = [
      one('packages/hub', 'hub', []),
      one('packages/peer', 'peer', []),
      one('apps/demo', 'demo', [], {
        private: true,
        devDependencies: { '@pigeon/peer': '*', '@pigeon/hub': '*' },
      }),
      { path: 'tools/check', manifest: { name: '@pigeon-tools/check', version: '0.0.0' } },
    ]
    const graph = mermaid(packages)
    expect(graph).toContain('  demo --> peer')
    expect(graph).toContain('  demo(["apps/demo"])')
    expect(graph).not.toContain('demo --> hub')
    expect(graph).not.toContain('check')
  })

  it('refuses a circle', () => {
    const packages = [one('packages/a', 'a', ['b']), one('packages/b', 'b', ['a'])]
    expect(() => mermaid(packages)).toThrow('a depends on itself')
  })
})
