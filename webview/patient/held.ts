import type { PatientData } from '../../src/protocol/panels/patient';
import type { PanelState } from '../../src/protocol/panels/panel';

/**
 * Snapshots repeat what has not changed, as new objects. This gives back the object that was held already wherever
 * the host says by a number that it is the same, so that drawing can tell by identity.
 */
export class Held {
  #from: PanelState<PatientData> | undefined;
  #state: PanelState<PatientData> | undefined;

  /** The state with everything in it that is known already. */
  of(state: PanelState<PatientData> | undefined): PanelState<PatientData> | undefined {
    if (state === this.#from) return this.#state;
    this.#from = state;
    const before = this.#state?.kind === 'ready' ? this.#state.data : undefined;
    this.#state =
      state?.kind === 'ready' && before !== undefined
        ? { ...state, data: merged(state.data, before) }
        : state;
    return this.#state;
  }
}

function merged(data: PatientData, before: PatientData): PatientData {
  const { stage, square } = data;
  const isSame = stage.kind === 'shown' && before.stage.kind === 'shown' && stage.made === before.stage.made;
  return {
    ...data,
    stage:
      isSame && before.stage.kind === 'shown' ? { ...stage, explanation: before.stage.explanation } : stage,
    square: square !== null && square.made === before.square?.made ? before.square : square,
  };
}
