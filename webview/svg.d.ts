/** esbuild's text loader: an SVG file as a string. */
declare module '*.svg' {
  const markup: string;
  export default markup;
}
