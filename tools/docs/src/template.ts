import { posix } from 'node:path'
import { escaped } from './escaped.ts'
import { type Page, SECTIONS } from './page.ts'
import type { Rendered } from './render.ts'

/** The menu shows these pages; of the reference only its beginning. */
const isInMenu = ({ section, path }: Page): boolean =>
  section !== 'Reference' || path === 'reference/index.html'

/** A whole HTML page around a rendered one. It loads nothing from elsewhere and has no inline script. */
export function layOut({ page, html }: Rendered, pages: readonly Page[]): string {
  const to = (path: string): string => posix.relative(posix.dirname(page.path), path)
  const menu = SECTIONS.map((section) => {
    const items = pages
      .filter((one) => one.section === section && isInMenu(one))
      .map(({ path, title }) => {
        const current = path === page.path ? ' aria-current="page"' : ''
        return `<li><a href="${to(path)}"${current}>${escaped(title)}</a></li>`
      })
    return items.length === 0 ? '' : `<h2>${section}</h2><ul>${items.join('')}</ul>`
  })
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
<search><label>Search <input type="search" id="query" autocomplete="off"></label>
<ol id="results" aria-live="polite"></ol></search></header>
<div class="columns">
<nav aria-label="Pages">${menu.join('')}</nav>
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
