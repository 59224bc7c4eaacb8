/** Layout alone: colours, fonts and buttons are those of the page. */
const RULES = `
.pigeon-devtools { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 1.5rem; }
.pigeon-devtools > * { min-width: 0; }
.pigeon-devtools > .pigeon-actions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; }
.pigeon-devtools .pigeon-scroll { max-height: 16rem; overflow: auto; }
.pigeon-devtools table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
.pigeon-devtools :is(th, td) { padding: 0.2rem 0.75rem 0.2rem 0; text-align: start; font-weight: inherit; }
.pigeon-devtools :is(ol, ul) { list-style: none; margin: 0; padding: 0; }
.pigeon-devtools li { padding: 0.2rem 0; overflow-wrap: anywhere; }
.pigeon-devtools label { display: inline-flex; gap: 0.4rem; align-items: center; padding: 0.2rem 0.75rem 0.2rem 0; }
`

/**
 * Lays the panel out, where the browser has style sheets that no policy of a page forbids; elsewhere
 * it stays as the page has it.
 * @returns takes that back
 */
export function adoptStyle(root: Node): () => void {
  const isHome = root instanceof Document || root instanceof ShadowRoot
  if (!isHome || !('adoptedStyleSheets' in root)) return () => {}
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(RULES)
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
  return () => {
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== sheet)
  }
}
