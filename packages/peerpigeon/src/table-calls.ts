import { MediaCalls } from './media-calls.ts'
import type { WebDHT } from './web-dht.ts'

/** What a mesh calls the methods of its {@link WebDHT}. */
export abstract class TableCalls extends MediaCalls {
  abstract readonly webDHT: WebDHT

  dhtPut(key: string, value: unknown): Promise<boolean> {
    return this.webDHT.put(key, value)
  }

  dhtGet(key: string): Promise<unknown> {
    return this.webDHT.get(key)
  }

  dhtUpdate(key: string, value: unknown): Promise<boolean> {
    return this.webDHT.update(key, value)
  }

  dhtDelete(key: string): Promise<boolean> {
    return this.webDHT.delete(key)
  }

  /** `dhtValueChanged` tells of each change. */
  dhtSubscribe(key: string): Promise<void> {
    return this.webDHT.subscribe(key)
  }

  dhtUnsubscribe(key: string): Promise<void> {
    return this.webDHT.unsubscribe(key)
  }
}
