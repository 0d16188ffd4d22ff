/** Classifications that Med-BERT reads. */
export const codeSystems = ['ICD9', 'ICD10'] as const;
export type CodeSystem = (typeof codeSystems)[number];

export function isCodeSystem(name: string): name is CodeSystem {
  return codeSystems.some((system) => system === name);
}

/**
 * A code as datasets with normalised dots spell it: `ICD9_428.0` for `428.0`, `4280` and `428.0.` alike.
 *
 * @param body in capitals, without white space
 */
export function codeName(system: CodeSystem, body: string): string {
  return `${system}_${withDot(body, system)}`;
}

/** Puts the dot where the classification has it: after `428`, `V45`, `E885` (ICD-9) or `I50` (ICD-10). */
export function withDot(body: string, system: CodeSystem): string {
  if (body.includes('.')) return body.replace(/\.$/, '');
  const category = system === 'ICD9' && body.startsWith('E') ? 4 : 3;
  return body.length > category ? `${body.slice(0, category)}.${body.slice(category)}` : body;
}
