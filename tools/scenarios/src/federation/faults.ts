// npm run test:faults [-- F3 F23]: hubs in processes of their own, and what goes wrong between them.
import { endChildrenWithUs } from '../bench/mesh/child.ts'
import { MADE_ELSEWHERE } from './faults/elsewhere.ts'
import { FAULT_ROWS } from './faults/rows.ts'
import { makeHubProgram } from './program.ts'

endChildrenWithUs()
const wanted = process.argv.slice(2).filter((arg) => arg.startsWith('F'))
const program = await makeHubProgram()
let failed = 0
for (const { id, name, run } of FAULT_ROWS) {
  if (wanted.length > 0 && !wanted.includes(id)) continue
  const outcome = await run(program)
  console.log(`${id} ${name}`)
  if ('skipped' in outcome) {
    console.log(`   skipped: ${outcome.skipped}`)
    continue
  }
  for (const { what, isGood } of outcome) {
    if (!isGood) failed++
    console.log(`   ${isGood ? 'ok    ' : 'FAILED'} ${what}`)
  }
}
for (const { id, name, by } of MADE_ELSEWHERE) {
  if (wanted.length === 0 || wanted.includes(id)) console.log(`${id} ${name}: ${by}`)
}
console.log(failed === 0 ? 'all hold' : `${failed} do not hold`)
process.exit(failed === 0 ? 0 : 1)
