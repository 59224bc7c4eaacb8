// A peer in a browser tab; the test calls these functions from outside.
import { commands } from './commands.ts'

Object.assign(globalThis, { smoke: commands() })
