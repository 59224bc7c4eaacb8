import { compareBytes } from '../bytes.ts'
import { StoreError, type StoreErrorCode } from '../store-error.ts'

/** Fails with what was promised unless it holds. */
export function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`contract broken: ${what}`)
}

/** Both are the same bytes, or read the same as text. */
export function expectSame(found: unknown, wanted: unknown, what: string): void {
  const areBytes = found instanceof Uint8Array && wanted instanceof Uint8Array
  if (areBytes && compareBytes(found, wanted) === 0) return
  const [a, b] = [found, wanted].map(String)
  expect(a === b, `${what}: got ${a}, expected ${b}`)
}

/** It fails with this code, and the error says what to do. */
export async function expectCode(
  run: () => unknown,
  code: StoreErrorCode,
  what: string,
): Promise<void> {
  const error = await failure(run)
  expect(error instanceof StoreError, `${what} fails with a StoreError, not with ${error}`)
  expectSame(error.code, code, what)
  expect(error.message.length > 10, `${what}: the message says something`)
}

/** It fails because the question makes no sense. */
export async function expectMisuse(run: () => unknown, what: string): Promise<void> {
  const error = await failure(run)
  const isMisuse = error instanceof TypeError || error instanceof RangeError
  expect(isMisuse, `${what} is a TypeError or a RangeError, not ${error}`)
}

async function failure(run: () => unknown): Promise<unknown> {
  try {
    await run()
  } catch (error) {
    return error
  }
  return undefined
}
