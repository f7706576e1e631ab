// The command line of run.mjs.
import { parseArgs } from 'node:util'

export const help = `node bench/run.mjs [command] [options]

Commands
  train      ms per training step of every engine on every workload (the default)
  scaling    ms per step against width, depth, batch and threads, with a chart
  threads    each workload on several threads against one: never slower, the same bits
  profile    where a step's time goes, function by function
  kernels    GEMM, update and activation passes of ravine against the bare multiply-add loop and a memory copy
  frozen     a training step with frozen layers against the forward pass alone
  rbm        Boltzmann machines against scikit-learn's
  stream     fitDataset on chunks of rows against fit on the same rows in memory
  memory     what models make memory grow by against what training must have
  expected   compute the reference answers anew and record them in bench/cases/expected.json
  list       the workloads and engines

Options
  --cases a,b      only workloads whose name contains one of the texts
  --engines a,b    only these engines or groups of them: ours, browsers; ravine@relaxed+2 is that build on two threads
  --rounds n       timed rounds per workload (9; 3 with --quick)
  --quick          short turns and few rounds: a look, not a measurement
  --no-footprint   leave out download size, start-up time and memory
  --node path      the Node that runs the engines (default: npm's newest as set-up put it there, else this one)
  --json file      also write the results to this file
  --help           this text

Python is looked for as $RAVINE_PYTHON, else python3; it needs torch and scikit-learn (bench/requirements.txt).
Browsers are found on the path, or as $RAVINE_CHROMIUM and $RAVINE_FIREFOX.
Results go to bench/results/: latest.json, latest.svg and one JSON file a run; scaling.json and scaling.svg; threads.json.`

const list = (text) =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

/** @returns the parsed command line; throws an Error that says what is wrong with it */
export function readOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cases: { type: 'string' },
      engines: { type: 'string' },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'no-footprint': { type: 'boolean', default: false },
      node: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`--rounds wants a whole number above zero, not "${values.rounds}"`)
  if (positionals.length > 1) throw new Error(`one command at a time, not: ${positionals.join(' ')}`)
  return {
    command: values.help ? 'help' : (positionals[0] ?? 'train'),
    cases: list(values.cases),
    engines: list(values.engines),
    rounds,
    quick: values.quick,
    footprint: !values['no-footprint'],
    node: values.node,
    json: values.json,
  }
}
