//! Every link of the notebooks and of the README leads somewhere, and every question of the learners to its answer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde_json::Value;

/// Where outside links may lead. They are not fetched: the tests need no network.
const HOSTS: [&str; 10] = [
    "burn.dev",
    "crates.io",
    "doc.rust-lang.org",
    "docs.rs",
    "en.wikipedia.org",
    "github.com",
    "pytorch.org",
    "www.deeplearningbook.org",
    "www.rust-lang.org",
    "www.youtube.com",
];

/// The one outside link without https, and only as it stands here: Nielsen's book, in Part 7.
const PLAIN_HTTP: &str = "http://neuralnetworksanddeeplearning.com";

/// What `cargo run -- book` makes.
const BOOK: &str = "target/book/index.html";

/// Where each question of the learners is answered: the parts, one of which its link must lead to. A question of all parts may be
/// answered in any. The last one belongs to the README, which JupyterLab cannot open; Part 1 repeats its answer.
#[rustfmt::skip]
const ANSWERED_IN: [&[usize]; 42] = [
    &[4], &[4], &[4], &[4], &[4], &[4], &[4], &[4], &[4], &[4],             // 1 to 10
    &[4], &[4], &[2], &[4], &[2], &[2], &[2], &[4], &[4], &[4],             // 11 to 20
    &[1, 4], &[4], &[4], &[4], &[4], &[4, 5], &[5, 6], &[3], &[4, 5], &[4], // 21 to 30
    &[2, 4], &[4], &[4], &[6, 7], &[6], &[4], &[7], &[1, 4], ALL, &[4],     // 31 to 40
    ALL, &[1],
];

const ALL: &[usize] = &[1, 2, 3, 4, 5, 6, 7];

#[test]
fn every_link_leads_somewhere() {
    let pages = pages();
    let mut dead = Vec::new();
    for (path, page) in &pages {
        for link in &page.links {
            if let Err(why) = follow(path, link, &pages) {
                dead.push(format!("{}: ({link}) {why}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn every_question_is_in_the_index_once_and_links_to_its_answer() {
    let index = pages().remove(Path::new("notebooks/00-questions.ipynb")).unwrap();
    let problems = index_problems(&index.text);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn links_that_lead_nowhere_are_found() {
    let page = |text: &str, cells: &[&str]| Page {
        text: text.into(),
        links: links(text),
        cells: cells.iter().map(|id| id.to_string()).collect(),
    };
    let pages = BTreeMap::from([
        (PathBuf::from("README.md"), page("## Follow along", &[])),
        (PathBuf::from("notebooks/a.ipynb"), page("# Plain words\n### \"Why?\"\n## W⁽²⁾", &["q1"])),
        (PathBuf::from("notebooks/b.ipynb"), page("", &["q1"])),
    ]);
    let from_b = |link: &str| follow(Path::new("notebooks/b.ipynb"), link, &pages);
    for good in ["a.ipynb", "a.ipynb#cell-id=q1", "#cell-id=q1", "https://docs.rs/ndarray"] {
        assert_eq!(from_b(good), Ok(()), "{good}");
    }
    for (bad, why) in [
        ("c.ipynb", "no such file"),
        ("README.md", "no such file"),
        ("a.ipynb#cell-id=q2", "no cell"),
        ("a.ipynb#Plain-words", "write #cell-id="),
        ("../README.md", "serves the folder"),
        ("#Plain-words", "no heading"),
        ("http://docs.rs", "https"),
        ("https://example.org", "host"),
        ("https://docs.rs.example.org/ndarray", "host"),
    ] {
        let found = from_b(bad).unwrap_err();
        assert!(found.contains(why), "{bad}: {found}");
    }
    let from_readme = |link: &str| follow(Path::new("README.md"), link, &pages);
    assert_eq!(from_readme("#follow-along"), Ok(()));
    assert_eq!(from_readme("notebooks/a.ipynb"), Ok(()));
    assert!(from_readme("#follow").unwrap_err().contains("no heading"));
    // within one notebook a heading will do, if a browser leaves its name as it is
    let from_a = |link: &str| follow(Path::new("notebooks/a.ipynb"), link, &pages);
    assert_eq!(from_a("#Plain-words"), Ok(()));
    assert!(from_a("#W⁽²⁾").unwrap_err().contains("jumps nowhere"));
    assert!(from_a("#\"Why?\"").unwrap_err().contains("jumps nowhere"));
}

#[test]
fn an_index_with_a_gap_is_found() {
    let line = |n: usize| {
        let part = ANSWERED_IN[n - 1][0];
        format!("- **{n}** · \"Why?\" Because. → [there](0{part}-x.ipynb#cell-id=q{n})\n")
    };
    let whole: String = (1..=42).map(line).collect();
    assert_eq!(index_problems(&whole), [""; 0]);
    for (text, why) in [
        (whole.replace(&line(7), ""), "question 7 is there 0 times"),
        (whole.clone() + &line(7), "question 7 is there 2 times"),
        (
            whole.replace("](04-x.ipynb#cell-id=q9)", "](03-x.ipynb#cell-id=q9)"),
            "question 9 does not lead to",
        ),
        (whole.replace("](04-x.ipynb#cell-id=q9)", "](04-x.ipynb)"), "question 9 does not lead to"),
        (whole.clone() + "- **43** · \"Why?\"", "question 43 is not one"),
    ] {
        assert_eq!(index_problems(&text).len(), 1, "{why}");
        assert!(index_problems(&text)[0].starts_with(why), "{:?}", index_problems(&text));
    }
}

#[test]
fn links_are_read_from_markdown() {
    let text = "[a](b.ipynb) `[no](c)` [d [e]](f(1).md) ![g](h.png)\n\n```rust\nx[0](y)\n```\n\
                <https://docs.rs> [i](<j k.md>) [l](m.md \"title\") <a href=\"n.md\">o</a>";
    assert_eq!(links(text), ["b.ipynb", "f(1).md", "h.png", "https://docs.rs", "j k.md", "m.md", "n.md"]);
}

/// A notebook or a text in Markdown.
struct Page {
    /// All its Markdown.
    text: String,
    links: Vec<String>,
    /// The ids of its cells, if it is a notebook.
    cells: Vec<String>,
}

/// The README, all notebooks and the page beside them, by their path from the root.
fn pages() -> BTreeMap<PathBuf, Page> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let page = Page { links: links(&readme), text: readme, cells: Vec::new() };
    let mut pages = BTreeMap::from([(PathBuf::from("README.md"), page)]);
    for entry in fs::read_dir(root().join("notebooks")).unwrap() {
        let path = entry.unwrap().path();
        let read = || fs::read_to_string(&path).unwrap();
        let page = match path.extension().and_then(|extension| extension.to_str()) {
            Some("ipynb") => notebook_page(&serde_json::from_str(&read()).unwrap()),
            Some("md") => Page { links: links(&read()), text: read(), cells: Vec::new() },
            _ => continue,
        };
        pages.insert(Path::new("notebooks").join(path.file_name().unwrap()), page);
    }
    assert!(pages.len() > 7, "notebooks are missing");
    pages
}

fn notebook_page(notebook: &Value) -> Page {
    let cells = notebook["cells"].as_array().unwrap();
    let source = |cell: &Value| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        whole => whole.as_str().unwrap().to_string(),
    };
    let markdown: Vec<String> =
        cells.iter().filter(|cell| cell["cell_type"] == "markdown").map(source).collect();
    Page {
        // cell by cell: what one leaves open does not reach into the next
        links: markdown.iter().flat_map(|text| links(text)).collect(),
        text: markdown.join("\n\n"),
        cells: cells.iter().filter_map(|cell| cell["id"].as_str()).map(str::to_string).collect(),
    }
}

/// Whether a link of the page at `from` leads somewhere, or why not.
fn follow(from: &Path, link: &str, pages: &BTreeMap<PathBuf, Page>) -> Result<(), String> {
    if link == PLAIN_HTTP {
        return Ok(());
    }
    if let Some(rest) = link.strip_prefix("https://") {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        return if HOSTS.contains(&host) { Ok(()) } else { Err(format!("{host:?} is not a known host")) };
    }
    if link.contains("://") || link.starts_with("mailto:") || link.starts_with('/') {
        return Err("neither https nor a path from here".into());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = if file.is_empty() { from.to_path_buf() } else { beside(from, file) };
    if from.starts_with("notebooks") && !target.starts_with("notebooks") {
        return Err("JupyterLab serves the folder `notebooks` only".into());
    }
    if target == Path::new(BOOK) {
        return Ok(());
    }
    if !pages.contains_key(&target) && !root().join(&target).exists() {
        return Err("there is no such file".into());
    }
    let (Some(anchor), Some(page)) = (anchor, pages.get(&target)) else {
        return anchor.map_or(Ok(()), |_| Err("there is no heading in that file".into()));
    };
    match anchor.strip_prefix("cell-id=") {
        Some(id) if page.cells.iter().any(|cell| cell == id) => Ok(()),
        Some(id) => Err(format!("there is no cell {id:?}")),
        None if page.cells.is_empty() => has_heading(page, anchor, on_github),
        None if target != from => {
            Err("JupyterLab does not jump to a heading of a notebook that it opens; write #cell-id=".into())
        }
        // It compares the address as the browser writes it with the heading as it is.
        None if !anchor.bytes().all(|b| b.is_ascii_alphanumeric() || b",.:;()?!'-".contains(&b)) => {
            Err("a browser writes this anchor in another way, so it jumps nowhere; write #cell-id=".into())
        }
        None => has_heading(page, anchor, in_jupyterlab),
    }
}

fn has_heading(page: &Page, anchor: &str, name: fn(&str) -> String) -> Result<(), String> {
    if headings(&page.text).iter().any(|heading| name(heading) == anchor) {
        return Ok(());
    }
    Err(format!("there is no heading of the name {anchor:?}"))
}

/// The name that JupyterLab 4 gives a heading.
fn in_jupyterlab(heading: &str) -> String {
    heading.replace(' ', "-")
}

/// The name that GitHub gives a heading.
fn on_github(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// The text of each heading.
fn headings(text: &str) -> Vec<String> {
    let mut headings = Vec::new();
    let mut inside = false;
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                inside = true;
                headings.push(String::new());
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(piece) | Event::Code(piece) if inside => *headings.last_mut().unwrap() += &piece,
            _ => {}
        }
    }
    headings
}

/// A path beside that of `from`, without `..` where a folder can be left out.
fn beside(from: &Path, file: &str) -> PathBuf {
    let mut path = from.parent().unwrap().to_path_buf();
    for part in file.split('/') {
        match part {
            ".." => drop(path.pop()),
            "." | "" => {}
            name => path.push(name),
        }
    }
    path
}

/// The targets of all links and images in a Markdown text, those in HTML included.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for event in Parser::new(text) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                links.push(dest_url.into_string());
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                let attributes =
                    ["href=\"", "src=\""].map(|name| html.split(name).skip(1).collect::<Vec<_>>());
                let targets = attributes.concat().into_iter().filter_map(|rest| rest.split_once('"'));
                links.extend(targets.map(|(target, _)| target.to_owned()));
            }
            _ => {}
        }
    }
    links
}

/// What is wrong with the list of questions: lines `- **number** · question, answer → links`.
fn index_problems(text: &str) -> Vec<String> {
    let mut times = [0; 42];
    let mut problems = Vec::new();
    for line in text.lines() {
        let number = line.strip_prefix("- **").and_then(|rest| rest.split_once("** · "));
        let Some((Ok(n), entry)) = number.map(|(n, entry)| (n.parse::<usize>(), entry)) else { continue };
        let Some(parts) = n.checked_sub(1).and_then(|i| ANSWERED_IN.get(i)) else {
            problems.push(format!("question {n} is not one of the 42"));
            continue;
        };
        times[n - 1] += 1;
        let leads_there = |link: &String| {
            parts.iter().any(|part| link.starts_with(&format!("0{part}-"))) && link.contains("#cell-id=")
        };
        if !links(entry).iter().any(leads_there) {
            problems.push(format!("question {n} does not lead to a cell of part {parts:?}"));
        }
    }
    let missing = times.iter().enumerate().filter(|(_, times)| **times != 1);
    problems.extend(missing.map(|(i, times)| format!("question {} is there {times} times", i + 1)));
    problems
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
