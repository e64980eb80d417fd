//! The generic code that cells share is compiled by the set-up only: here it is checked with everything else.
#![allow(missing_docs)]

use quick_cells::variable_store::VariableStore;

#[path = "../src/shared_generics.rs"]
pub mod shared_generics;

#[test]
fn what_goes_through_the_store_of_variables_is_understood() {
    // that it compiles is the test
    let _: fn(&mut VariableStore, f64) = shared_generics::number;
}
