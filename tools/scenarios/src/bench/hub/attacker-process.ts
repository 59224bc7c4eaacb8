// Attackers in a process of their own, so that they do not slow down those who measure.
import { serve } from '../mesh/serve.ts'
import { ATTACKS } from './attacks.ts'

/** What attackers can be told. */
export type AttackerCommands = {
  attack(name: string, url: string, victim: string): Promise<void>
}

const commands: AttackerCommands = {
  attack: async (name, url, victim) => ATTACKS[name]?.(url, victim),
}

serve(commands)
