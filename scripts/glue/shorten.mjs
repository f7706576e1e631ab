// Shortens wasm-bindgen's glue. It repeats for every function how words go in and results come out, and for every class how an object is freed; here each
// of that is said once, and what is never used is left out: checks of classes (TypeScript has made them), caches of views, the loading of a file.
import { StepError } from '../lib/run.mjs'

/** Words of an argument: `pass` copies them, and they are followed by their number. */
const words =
  /^ *const ptr(\d+) = passArrayF64ToWasm0\((\w+), wasm\.__wbindgen_malloc\);\n *const len\1 = WASM_VECTOR_LEN;\n/gm

/** A call whose result is used below it. */
const call = '(?<indent> *)const ret = (?<call>.+);\\n'
/** What follows where it may have failed: the place of the error, and that of whether there is one. */
const failure = ' *if \\(ret\\[\\d\\]\\) \\{\\n *throw takeFromExternrefTable0\\(ret\\[\\d\\]\\);\\n *\\}\\n'
/** The end of a function that gives back what was copied out of memory, and freed. */
const vector = (array) =>
  ` *var v1 = getArray${array}FromWasm0\\(ret\\[0\\], ret\\[1\\]\\)\\.slice\\(\\);\\n *wasm\\.__wbindgen_free\\(ret\\[0\\], .+\\);\\n *return v1;\\n`

/** How functions end, and how that is said instead; of those that begin alike the longest comes first. */
const endings = [
  [`${call}(?:${failure})?${vector('F64')}`, 'return vector(Float64Array, CALL)'],
  [`${call}(?:${failure})?${vector('I32')}`, 'return vector(Int32Array, CALL)'],
  [`${call}${failure} *return ret\\[0\\](?<unsigned> >>> 0)?;\\n`, 'return value(CALL)'],
  [`${call} *if \\(ret\\[1\\]\\) \\{\\n *throw takeFromExternrefTable0\\(ret\\[0\\]\\);\\n *\\}\\n`, 'check(CALL)'],
  [
    `${call}${failure} *this\\.ptr = ret\\[0\\];\\n *(?<owner>\\w+)Finalization.register\\(.*\\n *return this;\\n`,
    'super(CALL, FREE)',
  ],
  [`${call} *return ret(?<unsigned> >>> 0| !== 0)?;\\n`, 'return CALL'],
].map(([pattern, text]) => [new RegExp(pattern, 'g'), text])

/** How an object is freed: the same in each class. */
const freeing = / *__destroy_into_raw\(\) \{[^}]*\}\n *free\(\) \{[^}]*\}\n/g

/** What is left of it is unknown: wasm-bindgen does something new. */
const unknown =
  /\b(?:ret\d?\b|ptr\d|len\d|WASM_VECTOR_LEN|\w+Wasm0|\w+Memory0|takeFromExternrefTable0|\w+Finalization|_assertClass|isLikeNone|__wbg_ptr)\b/

/** @param text wasm-bindgen's glue for a build with shared memory */
export function shorten(text) {
  const [head, tail] = text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, '').split(/^function __wbg_get_imports\(memory\) \{$/m)
  const [, imports] = tail?.match(/^ {4}const import0 = \{\n([\s\S]*?)^ {4}\};\n/m) ?? []
  if (!imports) throw new StepError("wasm-bindgen's glue is not what scripts/glue/shorten.mjs knows: it has no imports")
  const code = prologue + functions(head) + instance(imports)
  const line = code.split('\n').find((line) => unknown.test(line))
  if (line) throw new StepError(`wasm-bindgen's glue is not what scripts/glue/shorten.mjs knows: ${line.trim()}`)
  return code
}

/** Classes and functions. */
function functions(text) {
  let code = text
    .replace(/^\/\*.*\*\/\n/, '')
    .replaceAll('__wbg_ptr', 'ptr')
    .replace(/^ *_assertClass\(.*\n/gm, '')
    .replace(/^if \(Symbol\.dispose\).*\n/gm, '')
    .replace(freeing, '')
    .replace(/^export class \w+ \{/gm, (line) => line.replace('{', 'extends Raw {'))
  for (const [, number, name] of text.matchAll(words))
    code = code.replace(`ptr${number}, len${number}`, `pass(${name}), ${name}.length`)
  code = code.replace(words, '')
  for (const [pattern, replacement] of endings)
    code = code.replace(pattern, (...found) => {
      const { indent, call, unsigned = '', owner } = found.at(-1)
      const said = replacement.replace('CALL', call).replace('FREE', `wasm.__wbg_${owner?.toLowerCase()}_free`)
      return `${indent}${said}${unsigned};\n`
    })
  return code
}

/** The same of its declarations: what is left out is not promised. */
export function shortenDeclarations(text) {
  const short = text
    .replace(/^ *\[Symbol\.dispose\]\(\): void;\n/gm, '')
    .replace(/^export type (?:Sync)?InitInput .*\n+/gm, '')
    .replace(/^\/\*\*\n(?: \*.*\n)+export (?:function initSync|default).*\n*/gm, '')
    .replace(/\n*$/, `\n\n${initSync}\n`)
  if (/Symbol\.dispose|InitInput|export default|thread_stack_size/.test(short))
    throw new StepError("wasm-bindgen's declarations are not what scripts/glue/shorten.mjs knows")
  return short
}

const initSync =
  'export function initSync(start: { module: BufferSource | WebAssembly.Module, memory?: WebAssembly.Memory }): InitOutput;'

/** What it says of every function, said once. */
const prologue = `\
let wasm;

/** An object in WebAssembly memory; one that is forgotten is freed after it was collected. */
class Raw {
    constructor(made, free) {
        this.ptr = value(made);
        this.end = free;
        forgotten.register(this, { ptr: this.ptr, free }, this);
    }
    free() {
        const { ptr, end } = this;
        this.ptr = 0;
        forgotten.unregister(this);
        end(ptr, 0);
    }
}
const forgotten = /* @__PURE__ */ new FinalizationRegistry(({ ptr, free }) => free(ptr, 1));

/** Throws the error of a call, if it has one. */
function check([error, failed]) {
    if (failed) throw thrown(error);
}

function value([value, error, failed]) {
    if (failed) throw thrown(error);
    return value;
}

function thrown(index) {
    const error = wasm.__wbindgen_externrefs.get(index);
    wasm.__externref_table_dealloc(index);
    return error;
}

/** A copy of numbers that are freed. */
function vector(Numbers, [ptr, length, error, failed]) {
    if (failed) throw thrown(error);
    const numbers = new Numbers(wasm.memory.buffer, ptr >>> 0, length).slice();
    wasm.__wbindgen_free(ptr, numbers.byteLength, numbers.BYTES_PER_ELEMENT);
    return numbers;
}

/** The address of a copy, which Rust frees. */
function pass(words) {
    const ptr = wasm.__wbindgen_malloc(words.length * 8, 8) >>> 0;
    new Float64Array(wasm.memory.buffer, ptr).set(words);
    return ptr;
}

/** (A decoder takes no shared memory.) */
const text = (ptr, length) => new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, ptr >>> 0, length).slice());
`

const instance = (imports) => `
const imports = (memory) => ({
${imports
  .replaceAll('getStringFromWasm0', 'text')
  .replace(/^ *const ret = (Error\(.*\));\n *return ret;\n/m, '            return $1;\n')
  .replace(
    /^ *const ret = (.*);\n.*setFloat64\(arg0 \+ 8 \* 1, isLikeNone\(ret\) \? 0 : ret, true\);\n.*setInt32\(arg0 \+ 4 \* 0, !isLikeNone\(ret\), true\);\n/m,
    optional,
  )}});

/** Makes an instance, which takes the place of one before. */
export function initSync({ module, memory }) {
    const compiled = module instanceof WebAssembly.Module ? module : new WebAssembly.Module(module);
    wasm = new WebAssembly.Instance(compiled, { './ravine_bg.js': imports(memory) }).exports;
    wasm.__wbindgen_start();
    return wasm;
}
`

/** An answer of JavaScript's that may be missing. */
const optional = (_, call) => `\
            const answer = ${call};
            const view = new DataView(wasm.memory.buffer);
            view.setFloat64(arg0 + 8, answer ?? 0, true);
            view.setInt32(arg0, answer !== undefined, true);
`
