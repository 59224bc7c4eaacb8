import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')

/** Lets go of all that nothing holds, so that what is measured then is held. */
export const collectGarbage = runInNewContext('gc') as () => void
