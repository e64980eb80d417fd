// node run.mjs PROGRAM.wasm: prints what the program says.
import { readFile } from "node:fs/promises";

const page = {
    now: () => performance.now(),
    say: (start, length) => process.stdout.write(new Uint8Array(memory.buffer, start, length)),
};
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), { page });
const { memory } = instance.exports;
instance.exports.run();
