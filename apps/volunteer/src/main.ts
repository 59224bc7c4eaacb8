#!/usr/bin/env node
import { program } from './program.ts'

try {
  await program().parseAsync()
} catch (error) {
  console.error(`pigeon-volunteer: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
