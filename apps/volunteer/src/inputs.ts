import { createInterface } from 'node:readline'

/** The lines of a stream, one by one as they are asked for. */
export async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })
  try {
    for await (const line of lines) yield line
  } finally {
    lines.close()
  }
}

/** Each text as the value that it is as JSON. @throws SyntaxError that says which is none */
export async function* parsed(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator {
  let number = 0
  for await (const text of texts) {
    number++
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new SyntaxError(`input ${number} is no JSON: ${text.slice(0, 60)}`)
    }
    yield value
  }
}
