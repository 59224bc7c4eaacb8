import { layerName } from '../layers/manifests.ts'
import { ENGINES, LAYERS, reach } from '../layers/table.ts'

/**
 * What must not come along when a package is installed alone: packages of ours that it cannot reach in the layer table,
 * and engines the table does not give it.
 * @returns one line for each
 */
export function installProblems(name: string, cameAlong: readonly string[]): string[] {
  const layer = LAYERS[layerName(name) ?? '']
  if (layer === undefined) return [`${name} is not in the layer table`]
  const reachable = reach(layerName(name) ?? '')
  const isForbidden = (other: string): boolean => {
    const otherLayer = layerName(other)
    if (otherLayer !== undefined) return !reachable.has(otherLayer)
    return ENGINES.includes(other) && !(layer.engines ?? []).includes(other)
  }
  return cameAlong.filter(isForbidden).map((other) => `${name} alone brings ${other} along`)
}
