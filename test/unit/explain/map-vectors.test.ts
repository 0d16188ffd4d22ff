import { expect, it } from 'vitest';
import { ExplainedModel } from '../../../src/explain/explained-model';
import { patientVectors } from '../../../src/explain/patient-vectors';
import { classifier, patientOf, size } from './small-model';

it('the vector of a patient is what the feed-forward head reads, whatever the lengths beside it', async () => {
  const patients = [1, 7, 24, 3, 12].map((length, seed) => patientOf(length, seed));
  const model = { size, parameters: classifier, threads: 1 };
  const vectors = await patientVectors(model, patients);
  const predicted = new ExplainedModel(size, 'ffl', classifier, 1);
  const logits = await predicted.predict(patients);
  await predicted.close();
  const [weight, bias] = ['ffl.weight', 'ffl.bias'].map((name) => classifier.get(name)!);
  patients.forEach((_, i) => {
    const own = vectors.subarray(i * size.hidden, (i + 1) * size.hidden);
    const logit = own.reduce((sum, value, d) => sum + value * weight![d]!, bias![0]!);
    expect(logit).toBeCloseTo(logits[i]!, 3);
  });
});
