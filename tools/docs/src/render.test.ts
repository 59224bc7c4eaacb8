import { expect, test } from 'vitest'
import type { Page } from './page.ts'
import { anchorOf, Renderer } from './render.ts'

const page = (source: string, path: string, markdown = ''): Page => ({
  ...{ source, path, markdown },
  ...{ section: 'Guides', title: source },
})

test('links between files become links between pages, and others go to the repository', () => {
  const from = page(
    'docs/guides/a.md',
    'guides/a.html',
    '[x](../../packages/x/README.md#how) [y](../../packages/x) [z](../../src/z.ts) [w](https://w.org)',
  )
  const renderer = new Renderer([from, page('packages/x/README.md', 'packages/x.html')])
  expect(renderer.render(from).links).toEqual([
    '../packages/x.html#how',
    '../packages/x.html',
    'https://github.com/pigeon-p2p/pigeon/blob/main/src/z.ts',
    'https://w.org',
  ])
})

test('anchors are those of GitHub, and no two are the same', () => {
  expect(anchorOf('What is `it`, then?', new Set())).toBe('what-is-it-then')
  expect(anchorOf('Twice', new Set(['twice']))).toBe('twice-1')
})

test('a snippet that goes on where the last one ended does not say so to readers', () => {
  const one = page('a.md', 'a.html', '```ts\n// continues\n\nawait mesh.close()\n```')
  const { html, text } = new Renderer([one]).render(one)
  expect(html).not.toContain('continues')
  expect(text).toBe('await mesh.close()\n')
})

test('comments are left out, and markup in text is shown, not used', () => {
  const one = page('a.md', 'a.html', '# A\n\n<!-- size -->1 kB<!-- /size --> <script>x</script>')
  const { html, anchors } = new Renderer([one]).render(one)
  expect(html).toContain('1 kB &lt;script&gt;')
  expect([...anchors]).toEqual(['a'])
})
