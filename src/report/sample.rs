//! Summaries for tests: invented numbers in the contract's own form.

use crate::result::{Facility, Summary};

fn read(text: &str) -> Summary {
    serde_json::from_str(text).expect("the fixture follows the contract")
}

/// An air-cooled rack whose optics are over their limit.
pub(crate) fn air() -> Summary {
    read(include_str!("../../tests/fixtures/air.json"))
}

/// The same with a rear door.
pub(crate) fn rear_door() -> Summary {
    read(include_str!("../../tests/fixtures/rear_door.json"))
}

/// A liquid-cooled rack of 72 GPUs.
pub(crate) fn liquid() -> Summary {
    read(include_str!("../../tests/fixtures/liquid.json"))
}

/// A facility.
pub(crate) fn facility() -> Facility {
    serde_json::from_str(include_str!("../../tests/fixtures/facility.json"))
        .expect("the fixture follows the contract")
}
