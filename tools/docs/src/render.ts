import { posix } from 'node:path'
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import json from 'highlight.js/lib/languages/json'
import nginx from 'highlight.js/lib/languages/nginx'
import typescript from 'highlight.js/lib/languages/typescript'
import MarkdownIt from 'markdown-it'
import type { Page } from './page.ts'

hljs.registerLanguage('ts', typescript)
hljs.registerLanguage('sh', bash)
hljs.registerLanguage('json', json)
hljs.registerLanguage('nginx', nginx)

/** Where files that have no page are read. */
const REPOSITORY = 'https://github.com/pigeon-p2p/pigeon/blob/main/'

const ANCHOR = /<a id="([^"]+)"><\/a>/g

/** Tells who runs the snippets that this one goes on where the last one ended; readers see that. */
const CONTINUES = /^\/\/ continues\n+/

/** Files that are copied beside the pages. */
const COPIED = /\.(?:png|svg|jpg)$/

/** A page as HTML, and what it says of itself. */
export interface Rendered {
  readonly page: Page
  readonly html: string
  /** Text without markup, to be searched. */
  readonly text: string
  /** Names of places in it. */
  readonly anchors: ReadonlySet<string>
  /** Addresses it links to, relative to the page. */
  readonly links: readonly string[]
}

/** Turns Markdown into HTML; links between files become links between pages. */
export class Renderer {
  readonly #paths: ReadonlyMap<string, string>
  /** Pictures that pages show, relative to the root of the repository. */
  readonly pictures = new Set<string>()

  constructor(pages: readonly Page[]) {
    this.#paths = new Map(pages.map(({ source, path }) => [source, path]))
  }

  render(page: Page): Rendered {
    const isReference = page.section === 'Reference'
    // The generator of the reference writes its anchors itself.
    const anchors = new Set([...page.markdown.matchAll(ANCHOR)].map(([, name = '']) => name))
    const links: string[] = []
    const texts: string[] = []
    const markdown = new MarkdownIt({
      html: page.hasHtml ?? false,
      linkify: false,
      highlight: colour,
    })
    // Comments of the README are for other tools.
    const tokens = markdown.parse(page.markdown.replaceAll(/<!--[\s\S]*?-->/g, ''), {})
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'heading_open' && !isReference) {
        const name = anchorOf(tokens[index + 1]?.content ?? '', anchors)
        anchors.add(name)
        token.attrSet('id', name)
      }
      for (const child of token.children ?? []) {
        const href = child.attrGet('href')
        const src = child.attrGet('src')
        if (href !== null) {
          const address = this.#address(page, href)
          child.attrSet('href', address)
          links.push(address)
        }
        if (src !== null) child.attrSet('src', this.#picture(page, src))
      }
      if (token.type === 'fence') token.content = token.content.replace(CONTINUES, '')
      if (token.type === 'inline' || token.type === 'fence') texts.push(token.content)
    }
    const html = markdown.renderer.render(tokens, markdown.options, {})
    return { page, html, text: texts.join('\n'), anchors, links }
  }

  #address({ source, path }: Page, href: string): string {
    if (/^[a-z]+:/.test(href) || href.startsWith('#')) return href
    const [file = '', anchor] = href.split('#')
    const target = posix.join(posix.dirname(source), decodeURI(file)).replace(/\/$/, '')
    const found = this.#paths.get(target) ?? this.#paths.get(`${target}/README.md`)
    if (found === undefined) return REPOSITORY + target
    const to = posix.relative(posix.dirname(path), found)
    return anchor === undefined ? to : `${to}#${anchor}`
  }

  #picture({ source, path }: Page, src: string): string {
    if (!COPIED.test(src)) return src
    const target = posix.join(posix.dirname(source), src)
    this.pictures.add(target)
    return posix.relative(posix.dirname(path), `pictures/${posix.basename(target)}`)
  }
}

function colour(code: string, language: string): string {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : ''
}

/** As GitHub makes them, so that links work in both places. */
export function anchorOf(heading: string, taken: ReadonlySet<string>): string {
  const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  const name = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
  let unique = name
  for (let count = 1; taken.has(unique); count++) unique = `${name}-${count}`
  return unique
}
