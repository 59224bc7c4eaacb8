/** Which network this page joins, and through which hub, from its address. */
export interface Place {
  readonly network: string
  readonly hub: string
}

/** The hub `npm start` and `npm run hub` listen on. */
const LOCAL_HUB = 'ws://localhost:3000'

/**
 * `?network=` names the network, `?api=` the hub. Without, the network is `demo` and the hub is
 * where the page came from, or the local one while developing.
 */
export function placeOf(url: URL, developing: boolean): Place {
  const { searchParams, protocol, host } = url
  const served = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`
  return {
    network: searchParams.get('network') || 'demo',
    hub: searchParams.get('api') || (developing ? LOCAL_HUB : served),
  }
}
