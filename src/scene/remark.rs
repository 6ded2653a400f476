//! What the reader and the grid settled or noticed, by kind: most is worth knowing, some is a warning.

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemarkKind {
    /// A budget's remainder went to its receivers.
    Budget,
    /// A coolant's properties are asked for outside their range; a run says it with its own temperatures.
    Range,
    /// A cooler that cools nothing.
    Idle,
    /// A part of loops that stands in none.
    Unused,
    /// A solid thinner than a cell conducts through its thickness only.
    Sheet,
    /// A chip or plate thinner than a cell keeps its nodes and takes no cells.
    ThinPart,
    /// A porous box thinner than a cell became a screen.
    ThinPorous,
    /// Planes of different parts became one.
    MergedPlanes,
    /// Other parts took all of a part's room.
    Replaced,
    /// Fans that move the same air round and round.
    Circulating,
    /// What a steady run takes for a load that changes.
    Trace,
}

impl RemarkKind {
    /// The kind in words, for lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Budget => "budget settled",
            Self::Range => "out of range",
            Self::Idle => "cooler without a chip",
            Self::Unused => "part in no branch",
            Self::Sheet => "board as a sheet",
            Self::ThinPart => "part thinner than a cell",
            Self::ThinPorous => "porous box as a screen",
            Self::MergedPlanes => "planes merged",
            Self::Replaced => "part replaced",
            Self::Circulating => "air that only circulates",
            Self::Trace => "load over time",
        }
    }

    /// What to do about it, where it is likely a mistake; `None`: nothing has to be done.
    #[must_use]
    pub fn remedy(self) -> Option<&'static str> {
        match self {
            Self::Idle => Some("put it on a chip, or leave it out"),
            Self::Unused => Some("name it in 'through' of a branch, give a pump its 'loop', or leave it out"),
            Self::Replaced => Some("move it, leave it out, or list it after what covers it"),
            Self::Circulating => Some("give its region an [[opening]], unless the box is meant to be shut"),
            _ => None,
        }
    }
}

/// A remark, and how many others of an array's members say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub kind: RemarkKind,
    /// The first of them, in words.
    pub text: String,
    /// How many there are, 1 or more.
    pub count: usize,
}

impl Remark {
    /// A remark of its own.
    #[must_use]
    pub fn new(kind: RemarkKind, text: String) -> Self {
        Self { kind, text, count: 1 }
    }
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.count {
            1 => f.write_str(&self.text),
            count => write!(f, "{} (and {} more like it)", self.text, count - 1),
        }
    }
}
