import { once } from 'node:events'

/** One result as a line: text as it is, all else as JSON. */
export function lineOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  return typeof value === 'string' ? value.replaceAll('\n', '\\n') : (JSON.stringify(value) ?? '')
}

/** Writes a line, no faster than it is read. */
export async function writeLine(stream: NodeJS.WriteStream, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, 'drain')
}
