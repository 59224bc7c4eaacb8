/** One page of the site, before it is drawn. */
export interface Page {
  /** The Markdown file, relative to the root of the repository, with forward slashes. */
  readonly source: string
  /** Where it goes, relative to the site, such as `guides/1-first-mesh.html`. */
  readonly path: string
  readonly section: Section
  readonly title: string
  readonly markdown: string
  /** Whether markup in it is used: it was made here, not written. Default false. */
  readonly hasHtml?: boolean
}

/** Parts of the site, in the order of the menu. */
export const SECTIONS = ['Guides', 'Packages', 'About', 'Reference'] as const

export type Section = (typeof SECTIONS)[number]

/** The first heading of a Markdown text. */
export function titleOf(markdown: string, otherwise: string): string {
  const heading = /^# (.+)$/m.exec(markdown)?.[1]
  return heading === undefined ? otherwise : heading.replaceAll(/[`\\]/g, '')
}
