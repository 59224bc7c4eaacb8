/**
 * Has the browser load, and keep, what the page may need later: code comes from the hub, and the page
 * works without one.
 */
export async function loadAhead(): Promise<void> {
  const answer = await fetch('./chunks.json')
  // While developing there are no chunks.
  if (!answer.headers.get('content-type')?.includes('json')) return
  for (const name of (await answer.json()) as readonly string[]) {
    const href = new URL(name, document.baseURI).href
    const known = [...document.querySelectorAll('link')].some((link) => link.href === href)
    if (known) continue
    const link = document.createElement('link')
    link.rel = name.endsWith('.css') ? 'stylesheet' : 'modulepreload'
    link.href = href
    document.head.append(link)
  }
}
