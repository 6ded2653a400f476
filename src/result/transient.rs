//! What a run over time found.

use serde::{Deserialize, Serialize};

/// Values at the output times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// What each column holds, with its unit; the first is `time_s`.
    pub columns: Vec<String>,
    /// One row an output time.
    pub rows: Vec<Vec<f64>>,
}

/// The run as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transient {
    /// Simulated, s.
    pub duration_s: f64,
    /// `bdf2` or `implicit_euler`.
    pub scheme: String,
    /// Steps of time.
    pub steps: usize,
    /// Steps that were made again because their error was too large.
    pub rejected: usize,
    /// The shortest and longest step, s.
    pub step_range_s: [f64; 2],
    /// Linear systems that were assembled.
    pub systems: usize,
    /// The hottest moment of every part.
    pub peaks: Vec<Peak>,
    /// Heat taken up by what warmed, J.
    pub stored_j: f64,
    /// Heat released, J.
    pub in_j: f64,
    /// Heat that left, with air, coolant and through walls, J.
    pub out_j: f64,
    /// |in − out − stored| over what passed.
    pub balance_relative: f64,
    /// Times at which the flow was solved anew, s.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow_refreshed_s: Vec<f64>,
    /// What throttling has cost; absent where nothing throttles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<LostWork>,
    /// Events, in the order of the scene.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<TimedEvent>,
    /// Times of the snapshots of the fields, s.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub snapshots_s: Vec<f64>,
}

/// What throttling by junction temperature has cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LostWork {
    /// Work not done, as seconds of one chip at full speed: GPU-seconds where GPUs throttle.
    pub chip_seconds: f64,
    /// When the first chip slowed down, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_throttle_s: Option<f64>,
    /// When the first chip stopped, s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_shutdown_s: Option<f64>,
    /// Chips that slowed down at any time.
    pub throttled: usize,
    /// Chips that stopped.
    pub stopped: usize,
}

/// An event of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedEvent {
    /// Name.
    pub name: String,
    /// s.
    pub at_s: f64,
    /// In words.
    pub what: String,
}

/// The hottest moment of a part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// Name with path.
    pub name: String,
    /// Junction, or hottest point of what has none, °C.
    pub temperature_c: f64,
    /// When, s.
    pub at_s: f64,
    /// For how long it was over its limit, s; absent without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_over_limit_s: Option<f64>,
}
