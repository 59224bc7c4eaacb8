import * as v from 'valibot'
import { networkSchema } from './schemas.ts'

/** Whether `name` can name a network: 1 to 128 UTF-8 bytes, no control characters, no lone surrogates. */
export function isNetworkName(name: unknown): name is string {
  return v.is(networkSchema, name)
}
