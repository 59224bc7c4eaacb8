import type { Diagnosis } from '../diagnosis/diagnose.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import type { EventRecord } from './event-record.ts'

/**
 * All that the panel knows, to be sent to somebody who helps: ids and addresses of hubs, but no keys
 * and nothing people wrote.
 */
export async function report(
  mesh: PigeonMesh,
  record: EventRecord,
  diagnosis: Diagnosis | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  return {
    peerId: mesh.peerId,
    stats: await mesh.stats(),
    connectivity: mesh.debugConnectivity(),
    diagnosis,
    events: record.all,
  }
}
