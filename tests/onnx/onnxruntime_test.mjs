// ONNX Runtime's answers beside margay's: every case of a folder that write_cases has written.
// Usage: node onnxruntime_test.mjs FOLDER
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

let ort;
try {
  ort = (await import('onnxruntime-node')).default;
} catch (error) {
  console.log(`SKIPPED: needs the npm package onnxruntime-node (${error.code})`);
  process.exit(0);
}

const folder = process.argv[2];
const arrayTypes = { uint8: Uint8Array, float32: Float32Array };
const read = (name, type) => {
  const bytes = readFileSync(join(folder, name));
  return new arrayTypes[type](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

// The greatest difference relative to the greatest value (at least 1), and how many differ by over a thousandth of that.
const compare = (found, expected) => {
  let scale = 1;
  for (const value of expected) scale = Math.max(scale, Math.abs(value));
  let greatest = 0, others = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i] - expected[i]);
    if (!(difference <= greatest)) greatest = difference;  // NaN, too
    if (!(difference <= scale * 1e-3)) others++;
  }
  return { greatest: greatest, relative: greatest / scale, share: others / expected.length };
};

const families = new Map();
let failures = 0;
const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8'));
for (const { name, tolerance, share, pixels, runs } of cases) {
  try {
    const session = await ort.InferenceSession.create(join(folder, `${name}.onnx`), { logSeverityLevel: 3 });
    let worst = { greatest: 0, relative: 0, share: 0 };
    for (const run of runs) {
      const input = new ort.Tensor(run.type, read(run.input, run.type), run.input_shape);
      const output = (await session.run({ [session.inputNames[0]]: input }))[session.outputNames[0]];
      if (`${output.dims}` !== `${run.output_shape}`) throw new Error(`gives ${output.dims}, expected ${run.output_shape}`);
      const found = compare(output.data, read(run.output, 'float32'));
      for (const key of Object.keys(worst)) if (!(found[key] <= worst[key])) worst[key] = found[key];
    }
    const error = pixels ? worst.greatest : worst.relative;
    const line = `${name}: differs by ${error.toExponential(1)}` + (pixels ? `, in ${worst.share.toExponential(1)} of the pixels` : '');
    const good = error <= tolerance && worst.share <= share;
    if (!good) failures++;
    if (!good || process.env.VERBOSE) console.log(good ? line : `FAILED ${line} (tolerance ${tolerance}, share ${share})`);
    const family = pixels ? 'pixels' : name.includes('-pictures') ? 'pictures' : /-\d+-\d+$/.test(name) ? 'operators' : 'models';
    families.set(family, Math.max(families.get(family) ?? 0, error));
    await session.release();
  } catch (error) {
    failures++;
    console.log(`FAILED ${name}: ${error.message}`);
  }
}
for (const [family, error] of families) console.log(`${family}: greatest difference ${error.toExponential(1)}`);
console.log(`${cases.length} models, ${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
