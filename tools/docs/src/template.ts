import { posix } from 'node:path'
import { escaped } from './escaped.ts'
import { type Page, SECTIONS } from './page.ts'
import type { Rendered } from './render.ts'

/** What stands beside the page of its package. */
const BESIDE = /-(?:spec|migrating)\.html$/

/** What is in the head of every page. */
const SHORTCUTS: readonly (readonly [path: string, title: string])[] = [
  ['guides/index.html', 'Guides'],
  ['reference/index.html', 'Reference'],
  ['about/benchmarks.html', 'Benchmarks'],
]

/** A whole HTML page around a rendered one. It loads nothing from elsewhere and has no inline script. */
export function layOut({ page, html }: Rendered, pages: readonly Page[]): string {
  const to = (path: string): string => posix.relative(posix.dirname(page.path), path)
  const link = (path: string, title: string): string => {
    const current = path === page.path ? ' aria-current="page"' : ''
    return `<a href="${to(path)}"${current}>${escaped(title)}</a>`
  }
  const menu = SECTIONS.map((section) => {
    const own = pages.filter((one) => one.section === section)
    const index = own.find(({ path }) => path === `${section.toLowerCase()}/index.html`)
    const items = own
      .filter((one) => one !== index && one.section !== 'Reference')
      .map(
        ({ path, title }) =>
          `<li${BESIDE.test(path) ? ' class="beside"' : ''}>${link(path, title)}</li>`,
      )
    if (own.length === 0) return ''
    const heading = index === undefined ? section : link(index.path, section)
    return `<h2>${heading}</h2><ul>${items.join('')}</ul>`
  })
  const shortcuts = SHORTCUTS.filter(([path]) => pages.some((one) => one.path === path))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(page.title)} · Pigeon</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to('assets/site.css')}">
<script type="module" src="${to('assets/search.js')}" data-root="${to('') || '.'}"></script>
</head>
<body>
<a class="skip" href="#content">To the text</a>
<header><a class="name" href="${to('index.html')}">Pigeon</a>
<div class="shortcuts">${shortcuts.map(([path, title]) => link(path, title)).join('')}<a class="to-menu" href="#menu">All pages</a></div>
<search><input type="search" id="query" autocomplete="off" aria-label="Search" placeholder="Search ( / )">
<ol id="results" aria-live="polite"></ol></search></header>
<div class="columns">
<nav id="menu" aria-label="Pages">${menu.join('')}</nav>
<main id="content" tabindex="-1">${tables(html)}</main>
</div>
</body>
</html>
`
}

/** Wide tables scroll by themselves. */
const tables = (html: string): string =>
  html
    .replaceAll(
      '<table>',
      '<div class="wide" role="region" aria-label="Table" tabindex="0"><table>',
    )
    .replaceAll('</table>', '</table></div>')
