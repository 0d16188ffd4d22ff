/** An event as far as figures need it, read without checking what nobody asks for: a million lines must be cheap. */
export interface LooseEvent {
  readonly time: string;
  readonly kind: string;
  readonly step?: number;
  readonly steps?: number;
  readonly epoch?: number;
  readonly split?: string;
  readonly values?: Readonly<Record<string, number | null>>;
  readonly best?: boolean;
}

/** Reads one line of a journal; undefined when it is no event. */
export function looseEvent(text: string): LooseEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isLooseEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has what every reader relies on: a kind, a time, and numbers where numbers are expected. */
export function isLooseEvent(value: unknown): value is LooseEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, time, step, values } = value as Record<string, unknown>;
  if (typeof kind !== 'string' || typeof time !== 'string') return false;
  if (kind === 'started' || kind === 'checkpoint') return typeof step === 'number';
  return kind !== 'metric' || (typeof step === 'number' && typeof values === 'object' && values !== null);
}
