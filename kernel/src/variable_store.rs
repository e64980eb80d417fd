//! Where a kernel keeps the variables of its cells: what evcxr 0.22 writes into the source of every cell, made a crate.
//!
//! There, a fifth of a cell's time went into compiling it again. The names and the field are evcxr's (`evcxr_internal_runtime.rs`),
//! so that a store which a cell of evcxr's own text has made is understood; what does not depend on a variable's type is compiled here.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// What a cell prints when a variable has another type by now; the variable's name follows.
pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
/// What a cell prints when its `?` has failed.
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";

type Variable = Box<dyn Any + 'static>;

/// The variables by their names.
#[derive(Debug)]
pub struct VariableStore {
    variables: HashMap<String, Variable>,
}

impl VariableStore {
    /// Keeps a variable for the cells that follow.
    pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        self.put(name, Box::new(value));
    }

    /// Whether a variable still has the type that it had; if not, the kernel is told.
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        let unchanged = self.get(name).is_none_or(|variable| variable.is::<T>());
        if !unchanged {
            say_that_the_type_changed(name);
        }
        unchanged
    }

    /// Takes a variable out.
    pub fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        *self.take(name).downcast().unwrap_or_else(|_| panic!("Variable changed type"))
    }

    /// What is made at its first use, such as the runtime of `await`.
    pub fn lazy_arc<T: 'static, F: FnOnce() -> T>(&mut self, name: &str, create: F) -> Arc<T> {
        let value = self
            .variables
            .entry(name.to_owned())
            .or_insert_with(|| Box::new(Arc::new(create())))
            .downcast_ref();
        Arc::clone(value.unwrap_or_else(|| panic!("lazy_arc {name} changed type")))
    }

    /// Takes all of another store.
    pub fn merge(&mut self, other: VariableStore) {
        self.variables.extend(other.variables);
    }

    #[inline(never)]
    fn put(&mut self, name: &str, variable: Variable) {
        self.variables.insert(name.to_owned(), variable);
    }

    #[inline(never)]
    fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    #[inline(never)]
    fn take(&mut self, name: &str) -> Variable {
        self.variables.remove(name).unwrap_or_else(|| panic!("Variable '{name}' has gone missing"))
    }
}

#[inline(never)]
fn say_that_the_type_changed(name: &str) {
    eprintln!("The type of the variable {name} was redefined, so was lost.");
    println!("{VARIABLE_CHANGED_TYPE}{name}");
}

/// An empty store, for evcxr to hold.
#[inline(never)]
pub fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::new(VariableStore { variables: HashMap::new() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(variables: &[(&str, f64)]) -> VariableStore {
        let mut store = VariableStore { variables: HashMap::new() };
        variables.iter().for_each(|(name, value)| store.put_variable(name, *value));
        store
    }

    #[test]
    fn a_variable_is_taken_out_as_it_was_put_in_and_only_as_its_type() {
        let mut store = store(&[("x", 1.5)]);
        assert!(store.check_variable::<f64>("x") && !store.check_variable::<u8>("x"));
        assert!(store.check_variable::<u8>("y"), "one that is not there has no type yet");
        assert_eq!(store.take_variable::<f64>("x"), 1.5);
        assert!(store.get("x").is_none());
    }

    #[test]
    fn a_later_store_is_merged_over_an_earlier_one() {
        let mut earlier = store(&[("x", 1.0), ("y", 2.0)]);
        earlier.merge(store(&[("y", 3.0)]));
        assert_eq!([earlier.take_variable::<f64>("x"), earlier.take_variable::<f64>("y")], [1.0, 3.0]);
    }

    #[test]
    fn what_is_made_once_is_shared() {
        let mut store = store(&[]);
        let first = store.lazy_arc("runtime", || 1);
        assert_eq!((*first, *store.lazy_arc("runtime", || 2)), (1, 1));
    }

    #[test]
    #[should_panic = "Variable 'x' has gone missing"]
    fn a_missing_variable_is_named() {
        store(&[]).take_variable::<f64>("x");
    }

    #[test]
    fn the_kernel_knows_these_words() {
        assert_eq!(
            (VARIABLE_CHANGED_TYPE, USER_ERROR_OCCURRED),
            ("EVCXR_VARIABLE_CHANGED_TYPE:", "EVCXR_ERROR_OCCURRED")
        );
        assert!(!create_variable_store().is_null());
    }
}
