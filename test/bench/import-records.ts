import { importRecords } from '../../src/ehr/import';

/** Child process of the bench: `node import-records.js SOURCE HOME` prints one JSON line. */
async function main(): Promise<void> {
  const [source, home] = process.argv.slice(2) as [string, string];
  const began = performance.now();
  const dataset = await importRecords({ source, home, name: 'bench', format: 'auto', now: () => new Date() });
  const seconds = (performance.now() - began) / 1000;
  const rowsPerSecond = dataset.counts.source.rows / seconds;
  process.stdout.write(
    `${JSON.stringify({ rowsPerSecond, peakRssMb: process.resourceUsage().maxRSS / 1024 })}\n`,
  );
}

void main();
