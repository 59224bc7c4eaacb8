import { gunzipSync } from 'node:zlib'

const BLOCK = 512

const field = (header: Buffer, start: number, length: number): string =>
  header.toString('utf8', start, start + length).replace(/\0.*$/s, '')

/**
 * The files of a packed package, without the leading `package/`.
 * @param gzipped a .tgz as npm and pnpm write it (ustar)
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */
export function listTarball(gzipped: Uint8Array): string[] {
  const tar = gunzipSync(gzipped)
  const files: string[] = []
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK)
    const name = field(header, 0, 100)
    if (name === '') break
    const bytes = Number.parseInt(field(header, 124, 12), 8) || 0
    const type = field(header, 156, 1)
    const prefix = field(header, 345, 155)
    const path = prefix === '' ? name : `${prefix}/${name}`
    if (type === '0' || type === '') files.push(path.replace(/^[^/]+\//, ''))
    at += BLOCK + Math.ceil(bytes / BLOCK) * BLOCK
  }
  return files.sort()
}
