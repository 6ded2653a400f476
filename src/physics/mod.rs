//! Pure formulas of a face, a cell or a component.
