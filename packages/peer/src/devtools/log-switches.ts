import { LOG_MODULES, type LogModule, type MeshLog } from '../debug/mesh-log.ts'
import { element } from './element.ts'

/** One box for each module that may log to the console. */
export function logSwitches(log: MeshLog): Node {
  const group = element('div', { role: 'group', 'aria-label': 'Modules that log to the console' })
  group.append(...LOG_MODULES.map((module) => box(log, module)))
  return group
}

function box(log: MeshLog, module: LogModule): Node {
  const input = element('input', { type: 'checkbox' })
  input.checked = log.isEnabled(module)
  input.addEventListener('change', () => {
    if (input.checked) log.enable(module)
    else log.disable(module)
  })
  return element('label', {}, input, module)
}
