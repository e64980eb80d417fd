// Light and dark: the button names the theme that it leads to.
const root = document.documentElement;
const button = document.querySelector("button.theme");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
const nameTheme = () => { button.textContent = isDark() ? "Light" : "Dark"; };
button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try {
        localStorage.setItem("theme", root.dataset.theme);
    } catch { /* then it holds for this page */ }
    nameTheme();
});
system.addEventListener("change", nameTheme);
nameTheme();

// A link into an aside unfolds it.
function unfold() {
    let target = null;
    try {
        target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch { /* an address that somebody has broken leads to the page */ }
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();

// On paper everything is open.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(each => { each.open = true; }));

// What is wider than the page scrolls by itself; then the keyboard can reach it, too.
const widths = new ResizeObserver(entries => {
    for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
    }
});
document.querySelectorAll(".wide, .highlight pre").forEach(each => widths.observe(each));

// Search. The texts come with the first question.
const dialog = document.getElementById("search");
const [question, status, results] = ["input", "p", "ol"].map(part => dialog.querySelector(part));
const MOST = 30;

function openSearch() {
    if (!document.querySelector("script[src='assets/contents.js']")) {
        const script = document.createElement("script");
        script.src = "assets/contents.js";
        script.addEventListener("load", answer);
        document.head.append(script);
    }
    dialog.showModal();
    question.select();
}

// Small letters; Greek and all else as it is. Accents count if the question has one.
const small = text => text.toLowerCase().normalize("NFD");
const simple = text => small(text).replace(/[\u0300-\u036f]/g, "");

function answer() {
    const asked = small(question.value).trim();
    const form = asked === simple(asked) ? simple : small;
    const words = asked.split(/\s+/).filter(Boolean);
    results.replaceChildren();
    status.textContent = "";
    if (!words.length || typeof BOOK === "undefined") return;
    const found = [];
    for (const [page, anchor, heading, text] of BOOK.sections) {
        const [inHeading, inText] = [form(heading), form(text)];
        if (!words.every(word => inHeading.includes(word) || inText.includes(word))) continue;
        const score = (inHeading === asked ? 1000 : 0) + words.filter(word => inHeading.includes(word)).length * 10
            + words.reduce((sum, word) => sum + Math.min(inText.split(word).length - 1, 5), 0);
        found.push({ score, page, anchor, heading, text });
    }
    found.sort((a, b) => b.score - a.score);
    status.textContent = found.length === 1 ? "1 section" : `${found.length} sections`;
    if (found.length > MOST) status.textContent += `; here are the best ${MOST}`;
    for (const section of found.slice(0, MOST)) results.append(result(section, words, form));
}

function result({ page, anchor, heading, text }, words, form) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `${page}.html#${anchor}`;
    link.textContent = heading;
    link.addEventListener("click", () => dialog.close());
    const place = document.createElement("span");
    place.textContent = BOOK.titles[page];
    const around = document.createElement("p");
    const at = Math.max(0, ...words.map(word => form(text).indexOf(word)));
    const start = Math.max(0, at - 60);
    around.textContent = `${start ? "…" : ""}${text.slice(start, start + 160)}${text.length > start + 160 ? "…" : ""}`;
    item.append(link, place, around);
    return item;
}

document.querySelector("[data-opens=search]").addEventListener("click", openSearch);
question.addEventListener("input", answer);
question.addEventListener("keydown", event => {
    // Enter takes the best answer.
    if (event.key !== "Enter") return;
    event.preventDefault();
    results.querySelector("a")?.click();
});
addEventListener("keydown", event => {
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "/" && !isTyping && !dialog.open && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        openSearch();
    }
});
