//! Generic code that cells with points use over and over.

use super::VariableStore;
use points::Point;

/// A point's way through the store of variables.
pub fn kept(store: &mut VariableStore, value: Point) {
    store.check_variable::<Point>("");
    store.put_variable("", value);
    drop(store.take_variable::<Point>(""));
}
