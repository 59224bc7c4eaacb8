import { cruiseLayers } from '../layers/cruise.ts'
import { checkManifests } from '../layers/manifests.ts'
import { allPackages } from '../repository/publishable.ts'
import { expectNone, type Step, Violations } from '../step.ts'

/** Packages import what the layer table allows, and nothing else. */
export const layers: Step = {
  name: 'layers',
  // What a package imports from itself stands for a file that is built.
  needsBuild: true,
  async run({ root }) {
    const packages = allPackages(root)
    const { violations, modules, imports, unseen } = await cruiseLayers(root, packages)
    if (modules === 0 || imports < modules / 2)
      throw new Violations([`only ${modules} modules with ${imports} imports were read`])
    expectNone([
      ...checkManifests(packages),
      ...violations,
      ...unseen.map((file) => `${file} was not read`),
    ])
    return `${packages.length} packages, ${modules} modules, ${imports} imports`
  },
}
