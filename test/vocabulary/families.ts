/** The families that have factories, with their modules and what a test needs to build every member: one row each. */

import * as activations from '../../ts/activations.ts'
import * as constraints from '../../ts/constraints.ts'
import * as initializers from '../../ts/initializers.ts'
import * as losses from '../../ts/losses.ts'
import * as metrics from '../../ts/metrics.ts'
import * as optimizers from '../../ts/optimizers.ts'
import * as schedules from '../../ts/schedules.ts'
import { type Family, type Param, table } from '../../ts/vocabulary.ts'

/** A member of the vocabulary, as data. */
export type Data = Readonly<Record<string, unknown>> & { readonly kind: string }

type Factory = (options?: unknown) => Data

interface FamilyUnderTest {
  readonly family: Family
  readonly file: string
  readonly module: object
  /** Checked data from a name or data. */
  readonly resolve: (value: unknown, where: string) => Data
  /** Members of the table that have no factory of their own, and why. */
  readonly without: Readonly<Record<string, string>>
}

export const FAMILIES: readonly FamilyUnderTest[] = [
  {
    family: 'activation',
    file: 'activations.ts',
    module: activations,
    resolve: activations.resolveActivation,
    without: {},
  },
  { family: 'loss', file: 'losses.ts', module: losses, resolve: losses.resolveLoss, without: {} },
  { family: 'optimizer', file: 'optimizers.ts', module: optimizers, resolve: optimizers.resolveOptimizer, without: {} },
  {
    family: 'schedule',
    file: 'schedules.ts',
    module: schedules,
    resolve: schedules.resolveSchedule,
    without: { constant: 'a number', everyEpoch: 'takes a schedule, not options' },
  },
  {
    family: 'initializer',
    file: 'initializers.ts',
    module: initializers,
    resolve: initializers.resolveInitializer,
    without: {},
  },
  {
    family: 'metric',
    file: 'metrics.ts',
    module: metrics,
    resolve: metrics.resolveMetric,
    without: { meanAbsoluteError: "the loss's factory serves", meanSquaredError: "the loss's factory serves" },
  },
  {
    family: 'constraint',
    file: 'constraints.ts',
    module: constraints,
    resolve: constraints.resolveConstraint,
    without: { none: 'nothing given' },
  },
].map((row) => row as FamilyUnderTest)

/** What must be given to the factories of members that have settings without a default. */
const REQUIRED: Readonly<Record<string, object>> = {
  stepDecay: { initialLearningRate: 0.1, stepSize: 10 },
  multiStepDecay: { initialLearningRate: 0.1, milestones: [3, 5] },
  exponentialDecay: { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 },
  inverseTimeDecay: { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 },
  polynomialDecay: { initialLearningRate: 0.1, decaySteps: 10 },
  piecewiseConstant: { boundaries: [3], values: [0.1, 0.01] },
  cosineDecay: { initialLearningRate: 0.1, decaySteps: 10 },
  cosineDecayRestarts: { initialLearningRate: 0.1, firstDecaySteps: 10 },
  oneCycle: { maxLearningRate: 0.1, totalSteps: 10 },
  linearWarmup: { warmupSteps: 10, schedule: 0.1 },
}

/** A row of the table. */
export interface Entry {
  readonly name: string
  readonly params: readonly { readonly name: string; readonly range: Param[0]; readonly default: Param[1] }[]
}

/** The rows of a family. */
export const entriesOf = (family: Family): Entry[] =>
  Object.entries(table(family)).map(([name, params]) => ({
    name,
    params: Object.entries(params).map(([name, [range, standard]]) => ({ name, range, default: standard })),
  }))

/** A member with its factory. */
export interface MemberUnderTest {
  readonly family: FamilyUnderTest
  readonly name: string
  readonly entry: Entry
  /** What must be given. */
  readonly required: object
  /** The factory, given what must be given and these options. */
  readonly build: (options?: object) => Data
}

/** Every member that has a factory. */
export const MEMBERS: readonly MemberUnderTest[] = FAMILIES.flatMap((family) =>
  entriesOf(family.family)
    .filter((entry) => !(entry.name in family.without))
    .map((entry) => {
      const { name } = entry
      const factory = Object.entries(family.module).find(([key]) => key === name)?.[1] as Factory | undefined
      const required = REQUIRED[name] ?? {}
      const build = (options: object = {}) => {
        if (factory === undefined) throw new Error(`${family.file} exports no ${name}`)
        return factory({ ...required, ...options })
      }
      return { family, name, entry, required, build }
    }),
)
