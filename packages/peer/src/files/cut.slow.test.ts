import { createHash, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { cutTransfer } from '../fixtures/cut-transfer.ts'
import { breakablePaths } from '../fixtures/paths.ts'

const BYTES = 256 * 2 ** 20
const PIECE = randomBytes(64 * 1024)

/** Each piece differs from the one before. */
function* pieces() {
  for (let at = 0; at < BYTES; at += PIECE.length) {
    const piece = new Uint8Array(PIECE)
    new DataView(piece.buffer).setUint32(0, at)
    yield piece
  }
}

async function* stream() {
  yield* pieces()
}

// Alone: npm run test:slow -- packages/peer/src/files
test('256 MB over a werift link that breaks in the middle arrive whole, in little memory', async () => {
  const result = await cutTransfer(stream(), BYTES, breakablePaths())
  const { seconds, cutAt, downs, memoryMiB, samples } = result
  console.log(
    `256 MB, cut at ${cutAt}: ${seconds.toFixed(1)} s, ${downs} times down, at most ${memoryMiB.toFixed(1)} MiB more in ${samples} looks`,
  )
  const expected = createHash('sha256')
  for (const piece of pieces()) expected.update(piece)
  expect(result.hash).toBe(expected.digest('hex'))
  expect(downs).toBeGreaterThan(0)
  expect(samples).toBeGreaterThan(50)
  // 8 MiB a side.
  expect(memoryMiB).toBeLessThan(16)
})
