import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { RequestHandler } from '@pigeon/hub/server'
import sirv from 'sirv'

/** An option that is well formed and yet cannot be followed. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'
}

/**
 * Serves the files that a folder holds now, and no others.
 * @throws ProgramError if `folder` is none
 */
export function servePages(folder: string): RequestHandler {
  const path = resolve(folder)
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ProgramError(`${path} is no folder; --static (STATIC_DIR) names a folder of pages`)
  }
  const serve = sirv(path, { etag: true })
  return (request, response) => {
    response.setHeader('x-content-type-options', 'nosniff')
    serve(request, response, () => {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n')
    })
  }
}
