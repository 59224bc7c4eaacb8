import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What {@link servePage} serves. */
export interface Page {
  /** Default an empty body. */
  html?: string
  /** ES modules the page runs, in this order. */
  scripts?: readonly string[]
  /** Its `Content-Security-Policy`. Default none. */
  policy?: string
}

/** A page on this machine. */
export interface ServedPage {
  /** `http://localhost:…/`, which browsers trust like https. */
  readonly url: string
  close(): Promise<void>
}

/** Serves one page on a free port of 127.0.0.1. */
export async function servePage(page: Page): Promise<ServedPage> {
  const scripts = page.scripts ?? []
  const tags = scripts.map((_, index) => `<script type="module" src="/${index}.js"></script>`)
  const html = `<!doctype html><meta charset="utf-8"><body>${page.html ?? ''}</body>${tags.join('')}`
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    const index = /^\/(\d+)\.js$/.exec(path)?.[1]
    const script = index === undefined ? undefined : scripts[Number(index)]
    const found = path === '/' || script !== undefined
    response.writeHead(found ? 200 : 404, {
      'content-type': `text/${script === undefined ? 'html' : 'javascript'}; charset=utf-8`,
      ...(page.policy !== undefined && { 'content-security-policy': page.policy }),
    })
    response.end(script ?? (found ? html : ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
