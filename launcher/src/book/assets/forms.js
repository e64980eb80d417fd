// The form of a cell Change me: with other values, what follows from them is computed anew, by the notebook's own cells.
(() => {
    const form = document.querySelector("form.values");
    const status = form.querySelector("[role=status]");
    const stop = form.querySelector("button.stop");
    const fields = [...form.querySelectorAll("input[name], select")];
    const followers = form.dataset.follow.split(" ").map(id => document.getElementById(id)).filter(Boolean);

    function begin() {
        form.hidden = false;
        form.querySelectorAll("input[type=range]").forEach(joinToField);
        form.addEventListener("submit", event => event.preventDefault());
        form.addEventListener("change", () => { if (typed() !== latest) compute(); });
        form.addEventListener("keydown", event => {
            if (event.key !== "Enter" || !event.target.matches("input")) return;
            event.preventDefault();
            compute();
        });
        form.querySelector("button[type=reset]").addEventListener("click", event => {
            event.preventDefault();
            form.reset();
            backToTheText();
        });
        stop.addEventListener("click", () => { end(); latest = null; say("Stopped."); });
        const asked = new URLSearchParams(location.search);
        const given = fields.filter(field => asked.has(field.name));
        for (const field of given) {
            field.value = asked.get(field.name);
            field.dispatchEvent(new Event("follow"));
        }
        if (given.length) compute();
    }

    // A slider and the field beside it say the same; a value beyond its ends leaves it there.
    function joinToField(slider) {
        const field = slider.parentElement.querySelector("[name]");
        const { low, high, whole } = slider.dataset;
        const toValue = at => low === undefined ? +at : +low * (high / low) ** (at / slider.max);
        const toPlace = value => low === undefined ? value : slider.max * Math.log(value / low) / Math.log(high / low);
        // where the slider stands is not the value, if it goes through powers of ten
        const nameValue = () => slider.setAttribute("aria-valuetext", field.value);
        slider.addEventListener("input", () => {
            const value = toValue(slider.value);
            field.value = whole === undefined ? Number(value.toPrecision(2)) : Math.round(value);
            nameValue();
        });
        const follow = () => {
            if (!Number.isFinite(toPlace(+field.value))) return;
            slider.value = toPlace(+field.value);
            nameValue();
        };
        nameValue();
        field.addEventListener("input", follow);
        field.addEventListener("follow", follow);
    }

    function isTheTexts(field) {
        const own = field.options ? [...field.options].find(each => each.defaultSelected).value : field.defaultValue;
        return field.value.trim() === own;
    }

    // The address has the values that are not the text's: whoever gets it sees the same.
    function keepInAddress() {
        const address = new URL(location.href);
        for (const field of fields) {
            if (isTheTexts(field)) address.searchParams.delete(field.name);
            else address.searchParams.set(field.name, field.value.trim());
        }
        try {
            history.replaceState(null, "", address);
        } catch { /* a browser that leaves the addresses of files alone */ }
    }

    function say(words) {
        status.textContent = words;
    }

    // What the cells showed when the page came.
    const stored = new Map();

    function outputs(cell) {
        return [...cell.children].filter(child => !child.matches(".highlight, details.source"));
    }

    function show(cell, ...anew) {
        if (!stored.has(cell)) stored.set(cell, outputs(cell));
        outputs(cell).forEach(output => output.remove());
        cell.append(...anew);
    }

    function backToTheText() {
        end();
        latest = typed();
        fields.forEach(field => field.dispatchEvent(new Event("follow")));
        for (const [cell, own] of stored) show(cell, ...own);
        followers.forEach(cell => cell.classList.remove("stale"));
        keepInAddress();
        say("The text’s values.");
    }

    // The program computes in a worker: the page stays usable, and a worker can be stopped. Every time it begins afresh.
    function work() {
        onmessage = async ({ data: { module, request } }) => {
            const page = {
                now: () => performance.now(),
                say: (start, length) => postMessage(JSON.parse(text(start, length))),
            };
            const { memory, room, run } = (await WebAssembly.instantiate(module, { page })).exports;
            // a place above 2 GB comes as a negative number
            const text = (start, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, start >>> 0, length));
            const bytes = new TextEncoder().encode(JSON.stringify(request));
            const place = room(bytes.length) >>> 0; // the memory may be another one afterwards
            new Uint8Array(memory.buffer, place, bytes.length).set(bytes);
            try {
                run();
                postMessage({ done: true });
            } catch (error) {
                // what ends without a panic could get no memory
                postMessage({ done: true, failed: String(error), isFull: error instanceof WebAssembly.RuntimeError });
            }
        };
    }

    const script = URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" }));
    let worker = null;
    let compiled = null;

    // The program comes with the first change, as a script, since a page from a folder may not fetch a file.
    function program() {
        compiled ??= new Promise((done, failed) => {
            const element = document.createElement("script");
            element.src = "assets/program.js";
            element.addEventListener("load", done);
            element.addEventListener("error", () => failed(new Error("assets/program.js is not there")));
            document.head.append(element);
        }).then(() => {
            const packed = Uint8Array.from(atob(self.PROGRAM), letter => letter.charCodeAt(0));
            const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
            return new Response(unpacked).arrayBuffer();
        }).then(bytes => WebAssembly.compile(bytes));
        return compiled;
    }

    function end() {
        worker?.terminate();
        worker = null;
        stop.hidden = true;
        form.removeAttribute("aria-busy");
    }

    const values = () => Object.fromEntries(fields.map(field => [field.name, field.value]));
    const typed = () => JSON.stringify(values());
    let latest = null; // what was typed when the last computation began

    async function compute() {
        end();
        latest = typed();
        keepInAddress();
        say("Computing …");
        form.setAttribute("aria-busy", "true");
        stop.hidden = false;
        const own = worker = new Worker(script);
        let module;
        try {
            module = await program();
        } catch (error) {
            end();
            return say(`The program does not run here: ${error.message}`);
        }
        // another change may have come in the meantime
        if (worker !== own) return;
        const start = performance.now();
        const writer = new Writer();
        own.onmessage = ({ data }) => {
            if (worker !== own) return;
            writer.take(data);
            if (!data.done) return;
            end();
            const seconds = ((performance.now() - start) / 1000).toFixed(1);
            say(writer.ended ?? `Computed in ${seconds} s, with ${fields.every(isTheTexts) ? "the text’s" : "your"} values.`);
        };
        own.onerror = event => { end(); say(`The program does not run here: ${event.message}`); };
        own.postMessage({ module, request: { part: form.dataset.part, values: values() } });
    }

    // Puts what the program says in the place of what the cells showed before.
    class Writer {
        cell = null;
        waiting = new Set(followers);
        anew = [];
        ended = null;

        take(said) {
            if (said.cell !== undefined) {
                this.close();
                this.cell = document.getElementById(said.cell);
                this.cell.classList.remove("stale");
            } else if (said.printed !== undefined) {
                const last = this.anew.at(-1);
                if (last?.matches(".printed")) last.textContent += said.printed;
                else this.add(printed(said.printed));
            } else if (said.shown) {
                const output = shown(said.shown);
                this.add(output);
                if (output.matches("figure.chart")) drawChart(output);
            } else if (said.refused !== undefined || said.panicked !== undefined || said.failed && !this.ended) {
                // of what is larger than all addresses Rust says "capacity overflow"
                const isFull = said.isFull || said.panicked === "capacity overflow";
                const words = isFull ? "these values need more memory than a page has" : said.refused ?? said.panicked ?? said.failed;
                const output = printed(words);
                output.classList.add("error");
                // a value that cannot be read is refused before the first cell
                this.cell ??= followers[0];
                this.add(output);
                this.ended = `Refused: ${words}`;
                this.close();
                for (const cell of this.waiting) cell.classList.add("stale");
            }
            if (said.done) this.close();
        }

        add(output) {
            this.anew.push(output);
            if (this.anew.length === 1) show(this.cell, output);
            else this.cell.append(output);
            // what scrolls by itself is to be reached by the keyboard: see book.js
            [output, ...output.children].filter(each => each.matches(".wide")).forEach(each => widths.observe(each));
        }

        close() {
            if (!this.cell) return;
            if (!this.anew.length) show(this.cell);
            this.waiting.delete(this.cell);
            [this.cell, this.anew] = [null, []];
        }
    }

    function made(name, className, properties = {}) {
        return Object.assign(document.createElement(name), { className, ...properties });
    }

    function printed(text) {
        return made("pre", "wide printed", { textContent: text });
    }

    // As page.py shows what is stored.
    function shown(forms) {
        const [svg, png, html] = ["image/svg+xml", "image/png", "text/html"].map(mime => forms[mime]);
        const words = forms["text/plain"];
        if (svg || png) {
            const src = svg ? `data:image/svg+xml,${encodeURIComponent(svg)}` : `data:image/png;base64,${png}`;
            const figure = made("figure", "");
            const frame = made("div", "wide");
            frame.append(Object.assign(new Image(700), { src, alt: words }));
            figure.append(frame);
            const chart = forms["application/vnd.vega.v5+json"];
            if (chart) {
                figure.className = "chart";
                figure.append(made("script", "", { type: "application/json", textContent: chart }));
            }
            return figure;
        }
        if (html) return made("div", /^<p>[✓≠]/.test(html) && !html.includes("<table") ? "claims" : "wide result", { innerHTML: html });
        return made("pre", "wide", { textContent: words });
    }

    if (typeof WebAssembly === "object" && typeof DecompressionStream === "function") begin();
})();
