//! A browser's names for a page's document, as far as plotters uses them. There is none of these things.

use std::convert::Infallible;

use wasm_bindgen::JsCast;

/// There is no window.
pub fn window() -> Option<Window> {
    None
}

#[derive(Debug)]
pub enum Window {}
#[derive(Debug)]
pub enum Document {}
#[derive(Debug)]
pub enum Element {}
#[derive(Debug)]
pub enum HtmlElement {}
#[derive(Debug)]
pub enum Node {}

impl JsCast for HtmlElement {}
impl JsCast for Node {}

impl Window {
    pub fn document(&self) -> Option<Document> {
        match *self {}
    }
}

impl Document {
    pub fn body(&self) -> Option<HtmlElement> {
        match *self {}
    }

    pub fn create_element(&self, _name: &str) -> Result<Element, Infallible> {
        match *self {}
    }
}

impl Element {
    pub fn set_text_content(&self, _text: Option<&str>) {
        match *self {}
    }

    pub fn set_attribute(&self, _name: &str, _value: &str) -> Result<(), Infallible> {
        match *self {}
    }
}

impl From<Element> for Node {
    fn from(element: Element) -> Node {
        match element {}
    }
}

impl HtmlElement {
    pub fn append_with_node_1(&self, _node: &Node) -> Result<(), Infallible> {
        match *self {}
    }

    pub fn offset_height(&self) -> i32 {
        match *self {}
    }

    pub fn offset_width(&self) -> i32 {
        match *self {}
    }

    pub fn remove(&self) {
        match *self {}
    }
}
