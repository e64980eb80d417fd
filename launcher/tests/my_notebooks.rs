//! A reader's own copy of the notebooks: what becomes of it when the originals change, and that nothing in it is ever lost.
//! `lab` makes the copy before all else, and then ends here, because there is no Python.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_demystified");
const DESCENT: &str = "03-gradient-descent.ipynb";
const ALL: [&str; 4] = ["01-data.ipynb", DESCENT, "data/README.md", "data/my-nights.csv"];

/// A checkout in the temporary folder.
struct Checkout {
    folder: PathBuf,
}

impl Checkout {
    /// With an original of each name in `ALL`.
    fn new() -> Checkout {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name =
            format!("demystified-copy-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let checkout = Checkout { folder: std::env::temp_dir().join(name) };
        checkout.write("Cargo.toml", "[package]\n");
        checkout.write("notebooks/requirements.txt", "jupyterlab==1.2.3\n");
        checkout.write("notebooks/.ipynb_checkpoints/01-data-checkpoint.ipynb", "an author's");
        for name in ALL {
            checkout.publish(name, "first");
        }
        checkout
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, contents: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    /// Another original.
    fn publish(&self, name: &str, version: &str) {
        self.write(&format!("notebooks/{name}"), &original(name, version));
    }

    /// What a reader does.
    fn save(&self, name: &str, contents: &str) {
        self.write(&format!("my-notebooks/{name}"), contents);
    }

    fn mine(&self, name: &str) -> String {
        fs::read_to_string(self.path("my-notebooks").join(name)).unwrap()
    }

    /// All that a reader sees in the folder.
    fn all_mine(&self) -> BTreeMap<String, String> {
        let mut found = files_in(&self.path("my-notebooks"));
        found.retain(|name, _| !name.starts_with('.') && !name.contains("/."));
        found
    }

    /// What nobody sees, but for the records.
    fn leftovers(&self) -> Vec<String> {
        let hidden = |name: &String| {
            (name.starts_with('.') || name.contains("/.")) && !name.starts_with(".originals/")
        };
        files_in(&self.path("my-notebooks")).into_keys().filter(hidden).collect()
    }

    fn lab_command(&self) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .arg("lab")
            .env_clear()
            .env("DEMYSTIFIED_ROOT", &self.folder)
            .env("PATH", self.path("machine"));
        command
    }

    /// What `cargo run` says of the copy.
    fn lab(&self) -> String {
        said_without_python(&self.lab_command().output().unwrap())
    }

    fn fresh(&self, what: &str) -> Output {
        let mut command = Command::new(PROGRAM);
        command.args(["fresh", what]).env("DEMYSTIFIED_ROOT", &self.folder);
        command.output().unwrap()
    }

    /// The name under which `fresh` has kept something.
    fn kept_by_fresh(&self, what: &str) -> String {
        let said = said(&self.fresh(what));
        let (_, name) = said.trim_end().trim_end_matches('.').rsplit_once(": ").unwrap();
        name.to_owned()
    }

    fn git(&self, words: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"]);
        let output = command.arg("-C").arg(&self.folder).args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// From now on, it is git's, and `cargo run` finds git.
    fn with_git(self) -> Checkout {
        let git = std::env::split_paths(&std::env::var_os("PATH").unwrap())
            .map(|folder| folder.join("git"))
            .find(|git| git.is_file());
        fs::create_dir_all(self.path("machine")).unwrap();
        std::os::unix::fs::symlink(git.expect("the test needs git"), self.path("machine/git")).unwrap();
        self.write(".gitignore", include_str!("../../.gitignore"));
        self.write(".git/info/exclude", "/machine\n");
        self.git(&["init", "--quiet"]);
        self.commit();
        self
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "an update"]);
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Long enough for a write to take a moment.
fn original(name: &str, version: &str) -> String {
    format!("{name} {version}\n").repeat(10_000)
}

/// All originals of a version, as a copy holds them.
fn originals(version: &str) -> BTreeMap<String, String> {
    ALL.map(|name| (name.to_owned(), original(name, version))).into()
}

fn files_in(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let inner = files_in(&entry.path());
            found.extend(inner.into_iter().map(|(inner, contents)| (format!("{name}/{inner}"), contents)));
        } else {
            found.insert(name, fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
    found
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn said_without_python(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("No Python was found"), "{stderr}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_first_run_makes_the_copy_and_the_second_does_nothing() {
    let checkout = Checkout::new();
    let said = checkout.lab();
    assert!(said.contains("in my-notebooks") && said.trim().lines().count() == 1, "{said}");
    assert_eq!(checkout.all_mine(), originals("first"));
    let before = files_in(&checkout.folder);
    assert_eq!(checkout.lab(), "");
    assert_eq!(files_in(&checkout.folder), before);
}

#[test]
fn copies_of_originals_that_must_not_be_written_can_be() {
    let checkout = Checkout::new();
    let read_only = fs::Permissions::from_mode(0o444);
    fs::set_permissions(checkout.path("notebooks").join(DESCENT), read_only.clone()).unwrap();
    checkout.lab();
    let mode = |name: &str| fs::metadata(checkout.path(name)).unwrap().permissions().mode();
    let copy = format!("my-notebooks/{DESCENT}");
    assert_ne!(mode(&copy) & 0o200, 0);
    // and one that the reader has closed, and not changed, is updated
    fs::set_permissions(checkout.path(&copy), read_only).unwrap();
    checkout.publish(DESCENT, "second");
    checkout.lab();
    assert_eq!(checkout.mine(DESCENT), original(DESCENT, "second"));
}

#[test]
fn an_update_reaches_copies_that_were_not_changed() {
    let checkout = Checkout::new();
    checkout.lab();
    for name in ALL {
        checkout.publish(name, "second");
    }
    let said = checkout.lab();
    assert!(said.contains("Brought up to date") && said.contains(&ALL.join(", ")), "{said}");
    assert_eq!(said.lines().count(), 1);
    assert_eq!(checkout.all_mine(), originals("second"));

    checkout.publish("08-more.ipynb", "first");
    assert!(checkout.lab().contains("08-more.ipynb"));
    assert_eq!(checkout.mine("08-more.ipynb"), original("08-more.ipynb", "first"));
}

#[test]
fn a_changed_copy_stays_and_the_new_original_is_put_beside_it() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.save(DESCENT, "run and saved");
    assert_eq!(checkout.lab(), "");
    checkout.publish(DESCENT, "second");
    let said = checkout.lab();
    let new = "03-gradient-descent-new.ipynb";
    assert!(said.contains(DESCENT) && said.contains(new) && said.lines().count() == 1, "{said}");
    let mut expected = originals("first");
    expected.insert(DESCENT.to_owned(), "run and saved".to_owned());
    expected.insert(new.to_owned(), original(DESCENT, "second"));
    assert_eq!(checkout.all_mine(), expected);
    // once is enough
    assert_eq!(checkout.lab(), "");
    assert_eq!(checkout.all_mine(), expected);

    // the next one takes the place of one that nobody has changed
    checkout.publish(DESCENT, "third");
    checkout.lab();
    expected.insert(new.to_owned(), original(DESCENT, "third"));
    assert_eq!(checkout.all_mine(), expected);
    // and stands beside one that somebody has
    checkout.save(new, "saved, too");
    checkout.publish(DESCENT, "fourth");
    assert!(checkout.lab().contains("03-gradient-descent-new-2.ipynb"));
    expected.insert(new.to_owned(), "saved, too".to_owned());
    expected.insert("03-gradient-descent-new-2.ipynb".to_owned(), original(DESCENT, "fourth"));
    assert_eq!(checkout.all_mine(), expected);
    // one that the reader has thrown away does not come again
    fs::remove_file(checkout.path("my-notebooks/03-gradient-descent-new-2.ipynb")).unwrap();
    assert_eq!(checkout.lab(), "");
}

#[test]
fn a_reader_who_takes_the_new_one_gets_the_next_updates() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.save(DESCENT, "changed");
    checkout.publish(DESCENT, "second");
    checkout.lab();
    let mine = |name: &str| checkout.path("my-notebooks").join(name);
    fs::rename(mine(DESCENT), mine("03-my-descent.ipynb")).unwrap();
    fs::rename(mine("03-gradient-descent-new.ipynb"), mine(DESCENT)).unwrap();
    assert_eq!(checkout.lab(), "");
    checkout.publish(DESCENT, "third");
    checkout.lab();
    let mut expected = originals("first");
    expected.insert(DESCENT.to_owned(), original(DESCENT, "third"));
    expected.insert("03-my-descent.ipynb".to_owned(), "changed".to_owned());
    assert_eq!(checkout.all_mine(), expected);

    // or copies it, or undoes what was changed: then one is enough
    checkout.save(DESCENT, "changed again");
    checkout.publish(DESCENT, "fourth");
    checkout.lab();
    checkout.save(DESCENT, &checkout.mine("03-gradient-descent-new.ipynb"));
    checkout.lab();
    expected.insert(DESCENT.to_owned(), original(DESCENT, "fourth"));
    assert_eq!(checkout.all_mine(), expected);
}

#[test]
fn what_a_reader_moves_renames_or_deletes_is_put_there_again() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.save("01-data.ipynb", "changed");
    checkout.save(DESCENT, "changed, too");
    checkout.save("own.ipynb", "my own");
    let mine = |name: &str| checkout.path("my-notebooks").join(name);
    fs::create_dir(mine("done")).unwrap();
    fs::rename(mine("01-data.ipynb"), mine("done/01-data.ipynb")).unwrap();
    fs::rename(mine(DESCENT), mine("03-mine.ipynb")).unwrap();
    fs::remove_dir_all(mine("data")).unwrap();
    let said = checkout.lab();
    assert!(
        said.contains("it was missing") && said.contains(&ALL.join(", ")) && said.lines().count() == 1,
        "{said}"
    );
    let mut expected = originals("first");
    for (name, contents) in
        [("done/01-data.ipynb", "changed"), ("03-mine.ipynb", "changed, too"), ("own.ipynb", "my own")]
    {
        expected.insert(name.to_owned(), contents.to_owned());
    }
    assert_eq!(checkout.all_mine(), expected);
}

#[test]
fn an_original_that_is_gone_takes_only_an_unchanged_copy_with_it() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.save(DESCENT, "changed");
    for name in ["01-data.ipynb", DESCENT] {
        fs::remove_file(checkout.path("notebooks").join(name)).unwrap();
    }
    let said = checkout.lab();
    assert!(
        said.contains("removed from my-notebooks, where you had not changed it: 01-data.ipynb."),
        "{said}"
    );
    assert!(said.contains(&format!("yours stays in my-notebooks: {DESCENT}.")), "{said}");
    assert!(!checkout.path("my-notebooks/01-data.ipynb").exists());
    assert_eq!(checkout.mine(DESCENT), "changed");
    assert_eq!(checkout.lab(), "");
}

#[test]
fn without_any_originals_everything_stays() {
    let checkout = Checkout::new();
    checkout.lab();
    fs::rename(checkout.path("notebooks"), checkout.path("elsewhere")).unwrap();
    let output = checkout.lab_command().output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("read the folder notebooks"), "{stderr}");
    assert_eq!(checkout.all_mine(), originals("first"));
}

#[test]
fn a_part_that_starts_over_keeps_the_old_one_under_a_name_with_the_time() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.save(DESCENT, "changed");
    let checkpoints = checkout.path("my-notebooks/.ipynb_checkpoints");
    checkout.save(".ipynb_checkpoints/03-gradient-descent-checkpoint.ipynb", "a checkpoint");
    checkout.publish(DESCENT, "second");
    checkout.lab();
    assert!(checkout.all_mine().contains_key("03-gradient-descent-new.ipynb"));

    let kept = checkout.kept_by_fresh("3");
    let time = kept.strip_prefix("03-gradient-descent-").unwrap().strip_suffix(".ipynb").unwrap();
    let form: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(form, "0000-00-00-000000");
    let mut expected = originals("first");
    expected.insert(DESCENT.to_owned(), original(DESCENT, "second"));
    expected.insert(kept.clone(), "changed".to_owned());
    assert_eq!(checkout.all_mine(), expected);
    // what JupyterLab goes back to goes with it
    let checkpoint = kept.replace(".ipynb", "-checkpoint.ipynb");
    assert_eq!(files_in(&checkpoints), [(checkpoint, "a checkpoint".to_owned())].into());

    // the same within a second, by name; every one is kept
    for turn in 0..5 {
        checkout.save(DESCENT, &format!("changed {turn}"));
        let kept = checkout.kept_by_fresh(
            ["03", DESCENT, "03-gradient-descent", "notebooks/03-gradient-descent.ipynb", "3"][turn],
        );
        expected.insert(kept, format!("changed {turn}"));
    }
    assert_eq!(checkout.all_mine(), expected);
    assert_eq!(expected.len(), ALL.len() + 6);

    let said = said(&checkout.fresh("3"));
    assert!(said.contains("nothing to start over"), "{said}");
    assert_eq!(checkout.all_mine(), expected);
    // it is an unchanged copy again
    checkout.publish(DESCENT, "third");
    assert!(checkout.lab().contains("Brought up to date"));
}

#[test]
fn a_part_that_is_none_is_named() {
    let checkout = Checkout::new();
    for what in ["8", "descent", "requirements.txt", ".."] {
        let output = checkout.fresh(what);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && stderr.contains(&format!("`{what}`")) && stderr.contains(DESCENT),
            "{stderr}"
        );
    }
}

#[test]
fn an_update_by_git_meets_no_changes() {
    let checkout = Checkout::new().with_git();
    checkout.lab();
    checkout.save(DESCENT, "changed");
    checkout.save("own.ipynb", "my own");
    assert_eq!(checkout.git(&["status", "--porcelain"]), "");
    checkout.git(&["switch", "--quiet", "--create", "upstream"]);
    for name in ALL {
        checkout.publish(name, "second");
    }
    checkout.commit();
    checkout.git(&["switch", "--quiet", "main"]);
    checkout.git(&["pull", "--quiet", ".", "upstream"]);
    checkout.lab();
    let mut expected = originals("second");
    expected.insert(DESCENT.to_owned(), "changed".to_owned());
    expected.insert("own.ipynb".to_owned(), "my own".to_owned());
    expected.insert("03-gradient-descent-new.ipynb".to_owned(), original(DESCENT, "second"));
    assert_eq!(checkout.all_mine(), expected);
    assert_eq!(checkout.git(&["status", "--porcelain"]), "");
}

/// As readers had to, before they had a copy.
#[test]
fn what_a_reader_has_written_into_an_original_is_no_update_and_is_kept() {
    let checkout = Checkout::new().with_git();
    checkout.write(&format!("notebooks/{DESCENT}"), "written into the original");
    checkout.write("notebooks/own.ipynb", "my own");
    checkout.lab();
    assert_eq!(checkout.mine(DESCENT), "written into the original");
    checkout.write("notebooks/01-data.ipynb", "written later");
    assert_eq!(checkout.lab(), "");
    assert_eq!(checkout.mine("01-data.ipynb"), original("01-data.ipynb", "first"));
    // the originals are made clean, or an author's file goes
    checkout.git(&["restore", "notebooks"]);
    fs::remove_file(checkout.path("notebooks/own.ipynb")).unwrap();
    fs::remove_file(checkout.path("notebooks/data/README.md")).unwrap();
    checkout.lab();
    let mut expected = originals("first");
    expected.insert(DESCENT.to_owned(), "written into the original".to_owned());
    expected.insert("03-gradient-descent-new.ipynb".to_owned(), original(DESCENT, "first"));
    expected.insert("own.ipynb".to_owned(), "my own".to_owned());
    assert_eq!(checkout.all_mine(), expected);
}

#[test]
fn on_a_full_disk_nothing_is_lost_and_the_next_run_goes_on() {
    for is_first in [true, false] {
        let checkout = Checkout::new();
        let mut before = BTreeMap::new();
        if !is_first {
            checkout.lab();
            checkout.save(DESCENT, "changed");
            before = checkout.all_mine();
            for name in ALL {
                checkout.publish(name, "second");
            }
        }
        // no file may have more than 50 kB, as if the disk were full then
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" lab", PROGRAM]).env_clear();
        let output = command.env("DEMYSTIFIED_ROOT", &checkout.folder).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            stderr.contains("01-data.ipynb") && stderr.contains("Nothing that you wrote is lost"),
            "{stderr}"
        );
        assert_eq!(checkout.all_mine(), before);
        assert_eq!(checkout.leftovers(), Vec::<String>::new());
        checkout.lab();
        let mut expected = originals(if is_first { "first" } else { "second" });
        if !is_first {
            expected.insert(DESCENT.to_owned(), "changed".to_owned());
            expected.insert("03-gradient-descent-new.ipynb".to_owned(), original(DESCENT, "second"));
        }
        assert_eq!(checkout.all_mine(), expected);
    }
}

#[test]
fn where_nothing_can_be_written_the_message_says_so() {
    let checkout = Checkout::new();
    checkout.lab();
    checkout.publish(DESCENT, "second");
    let mut command = checkout.lab_command();
    let folder = checkout.path("my-notebooks/.originals");
    // nothing is closed to root, but these belong to root
    let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&folder).unwrap()) == 0;
    if is_root {
        command.uid(65534);
    }
    fs::set_permissions(checkout.path("my-notebooks"), fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(
        checkout.path("my-notebooks/.originals/setup.lock"),
        fs::Permissions::from_mode(0o666),
    )
    .unwrap();
    let output = command.output().unwrap();
    fs::set_permissions(checkout.path("my-notebooks"), fs::Permissions::from_mode(0o755)).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains(DESCENT) && stderr.contains("the right to write there"), "{stderr}");
    assert_eq!(checkout.all_mine(), originals("first"));
}

#[test]
fn several_at_once_make_one_copy() {
    let checkout = Checkout::new();
    for version in ["first", "second", "third"] {
        for name in ALL {
            checkout.publish(name, version);
        }
        let start = || checkout.lab_command().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let processes: Vec<_> = (0..8).map(|_| start()).collect();
        for process in processes {
            said_without_python(&process.wait_with_output().unwrap());
        }
        assert_eq!(checkout.all_mine(), originals(version));
        assert_eq!(checkout.leftovers(), Vec::<String>::new());
    }
}

/// Numbers by chance, the same every time.
fn chance(of: u64, seed: u64) -> u64 {
    let mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 33) % of
}

/// Runs an update; how long it took, in microseconds.
fn timed_update(checkout: &Checkout) -> u64 {
    let start = Instant::now();
    checkout.lab();
    start.elapsed().as_micros() as u64
}

#[test]
fn one_that_is_killed_half_way_leaves_whole_files_and_the_next_one_goes_on() {
    let checkout = Checkout::new();
    checkout.lab();
    for name in ALL {
        checkout.publish(name, "to take the time");
    }
    // taken anew after each turn: a machine that others use too has no pace of its own
    let mut duration = timed_update(&checkout);
    let mut killed = 0;
    let mut last = "to take the time".to_owned();
    for turn in 0..60 {
        let version = format!("version {turn}");
        for name in ALL {
            checkout.publish(name, &version);
        }
        checkout.save(DESCENT, &format!("saved {turn}"));
        let mut process = checkout.lab_command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(chance(duration, turn)));
        process.kill().unwrap();
        killed += usize::from(process.wait().unwrap().code().is_none());

        for (name, contents) in checkout.all_mine() {
            let is_whole = match name.as_str() {
                DESCENT => contents == format!("saved {turn}"),
                "03-gradient-descent-new.ipynb" => {
                    [&last, &version].map(|v| original(DESCENT, v)).contains(&contents)
                }
                name => [&last, &version].map(|v| original(name, v)).contains(&contents),
            };
            assert!(is_whole, "after turn {turn}, {name} is {} bytes: {:.40}", contents.len(), contents);
        }
        duration = timed_update(&checkout);
        let mut expected = originals(&version);
        expected.insert(DESCENT.to_owned(), format!("saved {turn}"));
        expected.insert("03-gradient-descent-new.ipynb".to_owned(), original(DESCENT, &version));
        assert_eq!(checkout.all_mine(), expected);
        assert_eq!(checkout.leftovers(), Vec::<String>::new());
        last = version;
    }
    assert!(killed > 20, "only {killed} of 60 were killed while they worked");
}

/// What can be left by one that was killed between two steps of a replacement.
#[test]
fn what_a_killed_one_had_taken_away_is_given_back() {
    let checkout = Checkout::new();
    checkout.lab();
    let mine = |name: &str| checkout.path("my-notebooks").join(name);
    let [taken, staged] = [mine(".03-gradient-descent.ipynb.old"), mine(".03-gradient-descent.ipynb.new")];
    // taken away while the reader had just saved
    checkout.save(DESCENT, "just saved");
    fs::rename(mine(DESCENT), &taken).unwrap();
    checkout.lab();
    assert_eq!(checkout.mine(DESCENT), "just saved");
    // and saved again since
    fs::rename(mine(DESCENT), &taken).unwrap();
    checkout.save(DESCENT, "saved again");
    checkout.lab();
    assert_eq!(checkout.mine(DESCENT), "saved again");
    assert_eq!(checkout.mine("03-gradient-descent-saved.ipynb"), "just saved");
    // put there, and not yet without its other name; then the reader saved
    checkout.kept_by_fresh("3");
    fs::hard_link(mine(DESCENT), &staged).unwrap();
    checkout.save(DESCENT, "saved once more");
    checkout.publish(DESCENT, "second");
    checkout.lab();
    assert_eq!(checkout.mine(DESCENT), "saved once more");
    assert_eq!(checkout.leftovers(), Vec::<String>::new());
}

#[test]
fn what_is_saved_at_the_very_moment_of_an_update_is_kept() {
    let checkout = Checkout::new();
    let mut duration = timed_update(&checkout);
    let mut met = 0;
    for turn in 0..150 {
        checkout.publish(DESCENT, &format!("version {turn}"));
        let mut process = checkout.lab_command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(chance(duration, turn)));
        // as JupyterLab saves: the file is opened anew by its name, emptied and written
        let saved = format!("saved {turn}");
        checkout.save(DESCENT, &saved);
        met += usize::from(process.try_wait().unwrap().is_none());
        process.wait().unwrap();
        let kept = checkout.all_mine();
        assert!(
            kept.values().any(|contents| *contents == saved),
            "in turn {turn} it is in none of {:?}",
            kept.keys()
        );
        for name in kept.keys().filter(|name| name.starts_with("03-")) {
            fs::remove_file(checkout.path("my-notebooks").join(name)).unwrap();
        }
        duration = timed_update(&checkout);
        assert_eq!(checkout.mine(DESCENT), original(DESCENT, &format!("version {turn}")));
    }
    assert!(met > 50, "only {met} of 150 met an update");
}

#[test]
fn something_else_in_its_place_is_left_there() {
    let checkout = Checkout::new();
    checkout.lab();
    let copy = checkout.path("my-notebooks").join(DESCENT);
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("own"), "my own").unwrap();
    checkout.publish(DESCENT, "second");
    assert!(checkout.lab().contains("03-gradient-descent-new.ipynb"));
    assert_eq!(checkout.mine(&format!("{DESCENT}/own")), "my own");
    let kept = checkout.kept_by_fresh("3");
    assert_eq!(checkout.mine(&format!("{kept}/own")), "my own");
    assert_eq!(checkout.mine(DESCENT), original(DESCENT, "second"));
}

#[test]
fn a_link_that_leads_nowhere_is_kept_and_the_new_original_stays_until_there_is_another() {
    let checkout = Checkout::new();
    checkout.lab();
    let copy = checkout.path("my-notebooks").join(DESCENT);
    fs::remove_file(&copy).unwrap();
    std::os::unix::fs::symlink("nowhere", &copy).unwrap();
    checkout.publish(DESCENT, "second");
    assert!(checkout.lab().contains("03-gradient-descent-new.ipynb"));
    let kept = checkout.kept_by_fresh("3");
    let kept = checkout.path("my-notebooks").join(kept);
    assert_eq!(fs::read_link(kept).unwrap(), Path::new("nowhere"));
    assert_eq!(checkout.mine(DESCENT), original(DESCENT, "second"));
    assert_eq!(checkout.leftovers(), Vec::<String>::new());
}

#[test]
fn another_folder_than_a_readers_can_be_named_for_tests() {
    let checkout = Checkout::new();
    let output =
        checkout.lab_command().env("DEMYSTIFIED_MY_NOTEBOOKS", "my-notebooks-of-a-test").output().unwrap();
    said_without_python(&output);
    assert!(checkout.path("my-notebooks-of-a-test").join(DESCENT).exists());
    assert!(!checkout.path("my-notebooks").exists());
}
