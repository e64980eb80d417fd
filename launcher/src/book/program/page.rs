//! The hyperparameters of the book's notebooks, and all that follows from them: made by `cargo run -- book`, of the notebooks' cells.
//!
//! The page asks for a part, with values, in JSON: `{"part": "03-…", "values": {"seed": "7"}}`. It is told, in JSON, line by line:
//! which cell is on (`cell`), what is printed (`printed`), shown (`shown`, a form for each mime type), refused (`refused`), and what
//! a panic says (`panicked`).
#![allow(warnings)]

macro_rules! println {
    ($($words:tt)*) => { $crate::page::print(&(format!($($words)*) + "\n")) };
}
macro_rules! print {
    ($($words:tt)*) => { $crate::page::print(&format!($($words)*)) };
}
macro_rules! eprintln {
    ($($words:tt)*) => { $crate::page::print(&(format!($($words)*) + "\n")) };
}

/// What the functions below use.
pub mod page {
    use serde_json::{Map, Value, json};
    use std::fmt::{Debug, Display};
    use std::str::FromStr;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    static VALUES: Mutex<Option<Map<String, Value>>> = Mutex::new(None);
    static IS_SEEN: AtomicBool = AtomicBool::new(false);
    static IS_READY: AtomicBool = AtomicBool::new(false);

    /// Why a cell ended early, in words.
    pub struct Refusal(pub String);

    impl<T: Display> From<T> for Refusal {
        fn from(error: T) -> Refusal {
            Refusal(error.to_string())
        }
    }

    /// The refusal of a value.
    pub fn refusal(name: &str, value: &str, expected: &str) -> Refusal {
        Refusal(format!("{name} is {value:?}; expected {expected}"))
    }

    fn value(name: &str) -> Option<String> {
        let values = VALUES.lock().ok()?;
        Some(values.as_ref()?.get(name)?.as_str()?.trim().to_owned())
    }

    /// The number that the page has for a name, or else the notebook's.
    pub fn number<T: FromStr + Default + Display>(name: &str, own: T) -> Result<T, Refusal> {
        let Some(typed) = value(name) else { return Ok(own) };
        let expected = || match "0.5".parse::<T>() {
            Ok(_) => "a number".to_owned(),
            // a fraction is none of a whole kind
            Err(_) => format!("a whole number, 0 to {}", u64::MAX >> (64 - 8 * size_of::<T>())),
        };
        typed.parse().map_err(|_| refusal(name, &typed, &expected()))
    }

    /// What the page has chosen for a name, or else the notebook's.
    pub fn choice(name: &str, own: &str) -> String {
        value(name).unwrap_or_else(|| own.to_owned())
    }

    /// From here on it is this cell that shows something.
    pub fn cell(id: &str) {
        IS_SEEN.store(true, Ordering::Relaxed);
        say(&json!({ "cell": id }));
    }

    /// From here on nobody looks: it is made for others.
    pub fn unseen() {
        IS_SEEN.store(false, Ordering::Relaxed);
    }

    /// What is printed: text, or blocks as the kernel takes them.
    pub fn print(text: &str) {
        if !IS_SEEN.load(Ordering::Relaxed) {
            return;
        }
        if !text.starts_with("EVCXR_BEGIN_CONTENT ") {
            return say(&json!({ "printed": text }));
        }
        let mut forms = Map::new();
        for block in text.split("EVCXR_BEGIN_CONTENT ").skip(1) {
            let (mime, rest) = block.split_once('\n').unwrap_or((block, ""));
            let content = rest.split_once("\nEVCXR_END_CONTENT").map_or(rest, |(content, _)| content);
            forms.insert(mime.to_owned(), content.into());
        }
        say(&json!({ "shown": forms }));
    }

    /// A value without a form of its own shows as text.
    pub trait ByDebug {
        fn evcxr_display(&self);
    }

    impl<T: Debug> ByDebug for &T {
        fn evcxr_display(&self) {
            say(&json!({ "shown": { "text/plain": format!("{self:?}") } }));
        }
    }

    /// Does what the page asks for.
    pub fn answer(request: &str) {
        if !IS_READY.swap(true, Ordering::Relaxed) {
            std::panic::set_hook(Box::new(|panic| {
                let what = panic.payload();
                let said = what.downcast_ref::<&str>().map(|said| said.to_string());
                let said = said.or_else(|| what.downcast_ref::<String>().cloned());
                say(&json!({ "panicked": said.unwrap_or_else(|| panic.to_string()) }));
            }));
            demystified::read_output(print);
        }
        let mut request: Value = serde_json::from_str(request).unwrap_or_default();
        if let (Ok(mut values), Value::Object(new)) = (VALUES.lock(), request["values"].take()) {
            *values = Some(new);
        }
        let part = super::PARTS.iter().find(|(stem, _)| request["part"] == *stem);
        match part.map(|(_, run)| run()) {
            Some(Ok(())) => {}
            Some(Err(Refusal(why))) => say(&json!({ "refused": why })),
            None => say(&json!({ "refused": "there is no such part" })),
        }
    }

    #[cfg(not(target_family = "wasm"))]
    fn say(event: &Value) {
        std::println!("{event}");
    }

    #[cfg(target_family = "wasm")]
    use wasm::say;

    #[cfg(target_family = "wasm")]
    mod wasm {
        use super::{Mutex, Value, answer};

        #[link(wasm_import_module = "page")]
        unsafe extern "C" {
            #[link_name = "say"]
            safe fn page_say(text: *const u8, length: usize);
        }

        pub fn say(event: &Value) {
            let text = event.to_string();
            page_say(text.as_ptr(), text.len());
        }

        static REQUEST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

        /// Room for a request of so many bytes, which the page writes there.
        #[unsafe(no_mangle)]
        pub extern "C" fn room(length: usize) -> *mut u8 {
            let Ok(mut request) = REQUEST.lock() else { return std::ptr::null_mut() };
            *request = vec![0; length];
            request.as_mut_ptr()
        }

        /// Answers the request that stands there.
        #[unsafe(no_mangle)]
        pub extern "C" fn run() {
            let request = REQUEST.lock().map(|mut request| std::mem::take(&mut *request)).unwrap_or_default();
            answer(&String::from_utf8_lossy(&request));
        }
    }
}
