import { fileURLToPath } from 'node:url'
import type { RequestHandler } from '@pigeon/hub/server'
import sirv from 'sirv'
import type { JobPage, Progress } from './page/wire.ts'

const FILES = fileURLToPath(new URL('./page/', import.meta.url))

/** Frames of the sandbox are made by the page itself; nobody may put the page into another. */
const POLICY = [
  "default-src 'self'",
  "connect-src 'self' ws: wss:",
  "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
  "frame-ancestors 'none'",
].join('; ')

/** Serves the page by which people help, and what it shows. */
export function servePage(
  job: JobPage,
  progress: () => Progress | Promise<Progress>,
  folder: string = FILES,
): RequestHandler {
  const serve = sirv(folder, { etag: true })
  const answers: Readonly<Record<string, () => unknown>> = {
    '/job.json': () => job,
    '/progress.json': progress,
  }
  return async (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('content-security-policy', POLICY)
    const path = (request.url ?? '').split('?')[0] ?? ''
    const answer = answers[path]
    if (answer !== undefined) {
      const body = JSON.stringify(await answer())
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(body)
      return
    }
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n')
    })
  }
}
