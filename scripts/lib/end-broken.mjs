// Imported before a suite: one that breaks ends with another code than one that missed a goal.

/** As of sysexits.h: an error of the program itself. */
const BROKEN = 70

process.on('uncaughtException', (error) => {
  console.error(error)
  process.exit(BROKEN)
})
