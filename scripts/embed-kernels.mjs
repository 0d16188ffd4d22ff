// Turns the compiled kernels into a TypeScript module, so that neither bundle, test nor VSIX has to find a file at run time.
import { readFileSync, writeFileSync } from 'node:fs';

const bytes = readFileSync('dist/kernels.wasm');
writeFileSync(
  'src/engine/kernels/kernels.generated.ts',
  `// Made by scripts/embed-kernels.mjs from kernels.as.ts. Do not edit.\nexport const kernelsBase64 =\n  '${bytes.toString('base64')}';\n`,
);
