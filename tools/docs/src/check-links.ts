import { posix } from 'node:path'
import type { Rendered } from './render.ts'

/** @returns one line for each link that leads nowhere */
export function brokenLinks(pages: readonly Rendered[]): string[] {
  const byPath = new Map(pages.map((one) => [one.page.path, one]))
  return pages.flatMap(({ page, links, anchors }) =>
    links.flatMap((link) => {
      if (/^[a-z]+:/.test(link)) return []
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? page.path : posix.join(posix.dirname(page.path), file)
      const there = file === '' ? anchors : byPath.get(target)?.anchors
      if (there === undefined) return [`${page.source}: no page ${link}`]
      const isThere = anchor === undefined || there.has(decodeURIComponent(anchor))
      return isThere ? [] : [`${page.source}: nothing called #${anchor} in ${target}`]
    }),
  )
}
