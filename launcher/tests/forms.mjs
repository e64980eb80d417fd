// node forms.mjs PROGRAM.wasm REQUESTS.json: asks the program for each request of the list, and prints, as JSON, for each what it said,
// how many seconds it took to the `first` result, and how many to the end. What ends the program early is said as `failed`.
import { readFileSync } from "node:fs";

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const requests = JSON.parse(readFileSync(process.argv[3], "utf8"));
const answers = [];
for (const request of requests) {
    const said = [];
    let first = null;
    const text = (start, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, start >>> 0, length));
    const page = {
        now: () => performance.now(),
        say: (place, length) => {
            said.push(JSON.parse(text(place, length)));
            if (said.at(-1).cell === undefined) first ??= (performance.now() - start) / 1000;
        },
    };
    const { memory, room, run } = (await WebAssembly.instantiate(module, { page })).exports;
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const place = room(bytes.length) >>> 0; // the memory may be another one afterwards
    new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
    const start = performance.now();
    try {
        run();
    } catch (error) {
        said.push({ failed: String(error) });
    }
    answers.push({ said, first, seconds: (performance.now() - start) / 1000 });
}
console.log(JSON.stringify(answers));
