// Prints what one task costs in Pando's lending stream, within one process, and how often a poison
// task is tried: node measure.mjs <tasks> <borrowers>
import lendStream from 'pull-lend-stream'
import pull from 'pull-stream'

const [tasks, borrowers] = process.argv.slice(2).map(Number)

/** Microseconds for a task that does nothing, with one borrower. */
function overhead() {
  return new Promise((resolve, reject) => {
    const lender = lendStream()
    const from = performance.now()
    pull(
      pull.count(tasks - 1),
      lender,
      pull.collect((error, results) => {
        if (error) reject(error)
        else if (results.length !== tasks) reject(new Error(`${results.length} results`))
        else resolve(((performance.now() - from) * 1000) / tasks)
      }),
    )
    lender.lendStream((_error, stream) => {
      pull(
        stream,
        pull.asyncMap((value, done) => setImmediate(() => done(null, value))),
        stream,
      )
    })
  })
}

/** How often a task that always fails is tried where there are so many borrowers. */
function poison() {
  const lender = lendStream()
  pull(
    pull.values([1]),
    lender,
    pull.onEnd(() => {}),
  )
  let tries = 0
  for (let count = 0; count < borrowers; count++) {
    lender.lendStream((error, stream) => {
      if (error) return
      pull(
        stream,
        pull.asyncMap((_value, done) => {
          tries++
          done(new Error('poison'))
        }),
        stream,
      )
    })
  }
  return tries
}

await overhead()
console.log(JSON.stringify({ microseconds: await overhead(), tries: poison() }))
