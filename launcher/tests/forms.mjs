// node forms.mjs PROGRAM.wasm REQUESTS.json: asks the program for each request of the list, and prints, as JSON, for each what it said
// and how many seconds it took. What ends the program early is said as `failed`.
import { readFileSync } from "node:fs";

const module = await WebAssembly.compile(readFileSync(process.argv[2]));
const requests = JSON.parse(readFileSync(process.argv[3], "utf8"));
const answers = [];
for (const request of requests) {
    const said = [];
    const text = (start, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, start, length));
    const page = {
        now: () => performance.now(),
        say: (start, length) => { said.push(JSON.parse(text(start, length))); },
    };
    const { memory, room, run } = (await WebAssembly.instantiate(module, { page })).exports;
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const place = room(bytes.length); // the memory may be another one afterwards
    new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
    const start = performance.now();
    try {
        run();
    } catch (error) {
        said.push({ failed: String(error) });
    }
    answers.push({ said, seconds: (performance.now() - start) / 1000 });
}
console.log(JSON.stringify(answers));
