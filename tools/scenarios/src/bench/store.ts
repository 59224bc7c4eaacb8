// Stores beside what they are made of: @pigeon/store/level against classic-level, /idb against idb-keyval.

import { measureIdb } from './store/idb.ts'
import { measureLevel } from './store/level.ts'
import { report } from './table.ts'

const found = [...(await measureLevel()), ...(await measureIdb())]
report(
  found.map(({ metric, ours, theirs, peerName }) => ({
    metric: `${metric}, for each entry`,
    ours,
    peer: theirs,
    peerName,
    unit: 'us',
  })),
)
