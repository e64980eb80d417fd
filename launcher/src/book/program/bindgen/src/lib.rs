//! A page without a document has no values to be cast.

/// What could be cast.
pub trait JsCast: Sized {
    /// As another type; it gives itself back, since it is none.
    fn dyn_into<T: JsCast>(self) -> Result<T, Self> {
        Err(self)
    }
}
