// Counts the WebAssembly memories a library makes or exports, whatever library it is. Used in the footprint's own processes
// only: the wrappers would cost an engine that instantiates a module per kernel call some of its speed.

/** Starts watching; the returned function gives the bytes held by all memories seen. */
export function trackWasmMemory() {
  const memories = new Set()
  const noteExports = (instance) => {
    for (const value of Object.values(instance.exports)) if (value instanceof NativeMemory) memories.add(value)
  }
  const NativeMemory = WebAssembly.Memory
  WebAssembly.Memory = new Proxy(NativeMemory, {
    construct(target, args, newTarget) {
      const memory = Reflect.construct(target, args, newTarget)
      memories.add(memory)
      return memory
    },
  })
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(target, args, newTarget) {
      const instance = Reflect.construct(target, args, newTarget)
      noteExports(instance)
      return instance
    },
  })
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const native = WebAssembly[name]
    WebAssembly[name] = async (...args) => {
      const result = await native(...args)
      noteExports(result.instance ?? result)
      return result
    }
  }
  return () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0)
}
