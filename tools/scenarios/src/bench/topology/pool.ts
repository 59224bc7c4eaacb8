import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Runs a job for each of `inputs` in as many processes as there are processors, each the file
 * `script` run anew, which answers every message with one.
 * @param done is told each output as it comes
 */
export async function inProcesses<I, O>(
  script: string,
  inputs: readonly I[],
  done: (output: O) => void,
): Promise<void> {
  const waiting = [...inputs]
  const processes = Math.min(availableParallelism(), inputs.length)
  await Promise.all(Array.from({ length: processes }, () => work(script, waiting, done)))
}

function work<I, O>(script: string, waiting: I[], done: (output: O) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(script)
    const next = () => {
      const input = waiting.shift()
      if (input === undefined) child.disconnect()
      else child.send(input as object)
    }
    child.on('message', (output) => {
      done(output as O)
      next()
    })
    child.on('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`a process ended with code ${code}`))
    })
    next()
  })
}
