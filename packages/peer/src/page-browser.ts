/** What a peer wants to hear of the page it runs in. */
export interface PageEvents {
  /** The page is about to be gone: the last moment to say goodbye. */
  leave: () => void
  /** The page is shown again, came out of the browser's cache, or its network is back. */
  wake: () => void
}

/**
 * Watches the page. Without the goodbye on leaving, the other side of a link would notice only after
 * its silence.
 * @returns ends it
 */
export function watchPage({ leave, wake }: PageEvents): () => void {
  // A worker has no page.
  if (typeof document === 'undefined') return () => {}
  const subscriptions = new AbortController()
  const { signal } = subscriptions
  const hidden = ({ persisted }: PageTransitionEvent) => {
    // A persisted page may come back, and is woken then.
    if (!persisted) leave()
  }
  const shown = ({ persisted }: PageTransitionEvent) => {
    if (persisted) wake()
  }
  const changed = () => {
    if (document.visibilityState === 'visible') wake()
  }
  addEventListener('pagehide', hidden, { signal })
  addEventListener('pageshow', shown, { signal })
  addEventListener('online', wake, { signal })
  document.addEventListener('visibilitychange', changed, { signal })
  return () => subscriptions.abort()
}
