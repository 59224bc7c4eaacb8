import type { Progress, Transfer } from './transfer.ts'

/** How far a transfer is whenever that changed, until it is over; a slow reader skips some. */
export async function* latest(transfer: Transfer): AsyncGenerator<Progress, void> {
  let isNews = true
  let wake = () => {}
  const tell = () => {
    isNews = true
    wake()
  }
  const offs = [transfer.on('progress', tell), transfer.on('ended', tell)]
  try {
    while (transfer.state !== 'ended') {
      if (isNews) {
        isNews = false
        yield transfer.progress
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    yield transfer.progress
  } finally {
    for (const off of offs) off()
  }
}
