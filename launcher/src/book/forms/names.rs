//! The names in a cell: those it takes from cells above, and those it leaves to cells below.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{
    Arm, Block, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprWhile, FnArg, Item, ItemFn, Local, Macro, Pat,
    PatIdent, Path, Stmt, Type,
};

/// Names of variables or items.
pub type Names = BTreeSet<String>;

/// What a cell has to do with others.
#[derive(Debug, Default, PartialEq)]
pub struct CellNames {
    /// Not bound in the cell itself: variables and items of cells above, and what the crate has.
    pub taken: Names,
    /// The variables that are bound at the top of the cell.
    pub variables: Names,
    /// Those of them that may be changed.
    pub mutable: Names,
    /// Functions, types and what is written for a type.
    pub items: Names,
}

/// The names in the statements of a cell.
pub fn names(statements: &[Stmt]) -> CellNames {
    let mut found = CellNames::default();
    let mut reader = Reader { taken: Names::new(), bound: vec![Names::new()] };
    for statement in statements {
        match statement {
            Stmt::Item(item) => {
                found.items.extend(name_of(item));
                // an item sees no variables, not even those of its cell; what it names are other items
                let mut apart = Reader { taken: Names::new(), bound: vec![Names::new()] };
                apart.visit_item(item);
                found.taken.extend(apart.taken);
            }
            Stmt::Local(local) => {
                reader.visit_local(local);
                let mut variables = Variables::default();
                variables.visit_pat(&local.pat);
                found.mutable.retain(|name| !variables.all.contains(name));
                found.variables.append(&mut variables.all);
                found.mutable.append(&mut variables.mutable);
            }
            other => reader.visit_stmt(other),
        }
    }
    found.taken.append(&mut reader.taken);
    found
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Fn(item) => &item.sig.ident,
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Mod(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Impl(item) => match &*item.self_ty {
            Type::Path(path) => &path.path.segments.last()?.ident,
            _ => return None,
        },
        _ => return None,
    };
    Some(name.to_string())
}

/// What a pattern binds.
#[derive(Default)]
struct Variables {
    all: Names,
    mutable: Names,
}

impl<'a> Visit<'a> for Variables {
    fn visit_pat_ident(&mut self, pattern: &'a PatIdent) {
        let name = pattern.ident.to_string();
        if pattern.mutability.is_some() {
            self.mutable.insert(name.clone());
        }
        self.all.insert(name);
        visit::visit_pat_ident(self, pattern);
    }
}

/// Reads code from the outside in, and knows what is bound where it is.
struct Reader {
    taken: Names,
    bound: Vec<Names>,
}

impl Reader {
    fn name(&mut self, name: &str) {
        if !self.bound.iter().any(|names| names.contains(name)) {
            self.taken.insert(name.to_owned());
        }
    }

    fn bind(&mut self, pattern: &Pat) {
        self.visit_pat(pattern);
        let mut variables = Variables::default();
        variables.visit_pat(pattern);
        self.bound.last_mut().expect("a scope").append(&mut variables.all);
    }

    fn in_scope(&mut self, read: impl FnOnce(&mut Reader)) {
        self.bound.push(Names::new());
        read(self);
        self.bound.pop();
    }

    /// Of a macro: every word of it, and what its texts name in braces.
    fn words(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(word) => self.name(&word.to_string()),
                TokenTree::Group(group) => self.words(group.stream()),
                TokenTree::Literal(literal) => {
                    for part in literal.to_string().split('{').skip(1) {
                        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
                        self.name(&part[..end]);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_path(&mut self, path: &'a Path) {
        if let Some(first) = path.segments.first() {
            self.name(&first.ident.to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        self.visit_path(&call.path);
        self.words(call.tokens.clone());
    }

    fn visit_local(&mut self, local: &'a Local) {
        if let Some(init) = &local.init {
            self.visit_local_init(init);
        }
        self.bind(&local.pat);
    }

    fn visit_block(&mut self, block: &'a Block) {
        self.in_scope(|reader| visit::visit_block(reader, block));
    }

    fn visit_expr_for_loop(&mut self, each: &'a ExprForLoop) {
        self.visit_expr(&each.expr);
        self.in_scope(|reader| {
            reader.bind(&each.pat);
            reader.visit_block(&each.body);
        });
    }

    fn visit_expr_closure(&mut self, closure: &'a ExprClosure) {
        self.in_scope(|reader| {
            closure.inputs.iter().for_each(|input| reader.bind(input));
            reader.visit_expr(&closure.body);
        });
    }

    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        self.in_scope(|reader| {
            for input in &function.sig.inputs {
                if let FnArg::Typed(input) = input {
                    reader.visit_type(&input.ty);
                    reader.bind(&input.pat);
                }
            }
            reader.visit_return_type(&function.sig.output);
            reader.visit_block(&function.block);
        });
    }

    fn visit_arm(&mut self, arm: &'a Arm) {
        self.in_scope(|reader| {
            reader.bind(&arm.pat);
            if let Some((_, guard)) = &arm.guard {
                reader.visit_expr(guard);
            }
            reader.visit_expr(&arm.body);
        });
    }

    fn visit_expr_if(&mut self, choice: &'a ExprIf) {
        self.in_scope(|reader| {
            reader.visit_expr(&choice.cond);
            reader.visit_block(&choice.then_branch);
        });
        if let Some((_, otherwise)) = &choice.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, each: &'a ExprWhile) {
        self.in_scope(|reader| {
            reader.visit_expr(&each.cond);
            reader.visit_block(&each.body);
        });
    }

    fn visit_expr_let(&mut self, test: &'a ExprLet) {
        self.visit_expr(&test.expr);
        self.bind(&test.pat);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::statements;

    fn of(source: &str) -> CellNames {
        names(&statements(source).expect("Rust"))
    }

    fn taken(source: &str) -> Vec<String> {
        // but for the names of types, macros and functions, which are not variables
        let found = of(source).taken;
        found.into_iter().filter(|name| ["a", "b", "c", "f"].contains(&name.as_str())).collect()
    }

    #[test]
    fn what_a_cell_takes_is_what_it_does_not_bind_itself() {
        for (source, expected) in [
            ("let x: f64 = a + 1.0;", vec!["a"]),
            ("let a: f64 = 2.0; a + b", vec!["b"]),
            ("let a: f64 = a + 1.0;", vec!["a"]),
            ("for a in 0..b { go(a); };", vec!["b"]),
            ("for (x, a) in list { go(a); }\na", vec!["a"]),
            ("list.iter().map(|a| a + b).sum::<f64>()", vec!["b"]),
            ("println!(\"{a:.2} {}\", b);", vec!["a", "b"]),
            ("println!(\"{{a}} {c}\");", vec!["a", "c"]),
            ("vec![claim(\"a\", b, \"1\")]", vec!["b"]),
            ("match a { Some(b) if b > c => b, _ => 0.0 }", vec!["a", "c"]),
            ("if let Some(b) = a { go(b); } else { go(b); };", vec!["a", "b"]),
            ("x.a + y.b()", vec![]),
            ("Point { a, x: b, c: 1.0 }", vec!["a", "b"]),
            ("fn go(a: f64) -> f64 { f(a) + 1.0 }", vec!["f"]),
            ("let b: f64 = { let a: f64 = 1.0; a }; a", vec!["a"]),
            ("while let Some(a) = b.pop() { c += a; };", vec!["b", "c"]),
        ] {
            assert_eq!(taken(source), expected, "{source}");
        }
    }

    #[test]
    fn what_a_cell_leaves_to_others() {
        let found = of(
            "let (a, mut b): (f64, f64) = (1.0, 2.0);\nfn f() {}\nimpl Net { fn x(&self) {} }\nlet c = { let d = 1; d };",
        );
        assert_eq!(Vec::from_iter(&found.variables), ["a", "b", "c"]);
        assert_eq!(Vec::from_iter(&found.mutable), ["b"]);
        assert_eq!(Vec::from_iter(&found.items), ["Net", "f"]);
    }
}
