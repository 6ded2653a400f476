//! The tables that a scene may have.

/// Kinds of tables that may stand many times, `[[kind]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Material,
    Coolant,
    Fluid,
    FluidRegion,
    Block,
    Plate,
    Board,
    Source,
    Contact,
    Wall,
    Opening,
    Fan,
    Screen,
    Porous,
    Chip,
    HeatSink,
    ColdPlate,
    Loop,
    Branch,
    Manifold,
    Pipe,
    Fitting,
    Valve,
    CheckValve,
    QuickDisconnect,
    Filter,
    Pump,
    Cdu,
    Budget,
    Limit,
    Monitor,
    Port,
    Part,
}

/// Tables that exist once, `[name]`, besides `[parameters]`, `[preset.NAME]` and `[envelope]`.
pub(super) const SINGLES: [&str; 7] = ["domain", "grid", "site", "air", "rear_door", "plant", "transient"];

/// Keys at the top of a file that are no tables.
pub(super) const TOP_KEYS: [&str; 3] = ["title", "source", "status"];

impl Kind {
    /// All kinds, in the order of the language page.
    pub(super) const ALL: [Kind; 33] = [
        Kind::Material,
        Kind::Coolant,
        Kind::Fluid,
        Kind::FluidRegion,
        Kind::Block,
        Kind::Plate,
        Kind::Board,
        Kind::Source,
        Kind::Contact,
        Kind::Wall,
        Kind::Opening,
        Kind::Fan,
        Kind::Screen,
        Kind::Porous,
        Kind::Chip,
        Kind::HeatSink,
        Kind::ColdPlate,
        Kind::Loop,
        Kind::Branch,
        Kind::Manifold,
        Kind::Pipe,
        Kind::Fitting,
        Kind::Valve,
        Kind::CheckValve,
        Kind::QuickDisconnect,
        Kind::Filter,
        Kind::Pump,
        Kind::Cdu,
        Kind::Budget,
        Kind::Limit,
        Kind::Monitor,
        Kind::Port,
        Kind::Part,
    ];

    /// As scenes write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Material => "material",
            Kind::Coolant => "coolant",
            Kind::Fluid => "fluid",
            Kind::FluidRegion => "fluid_region",
            Kind::Block => "block",
            Kind::Plate => "plate",
            Kind::Board => "board",
            Kind::Source => "source",
            Kind::Contact => "contact",
            Kind::Wall => "wall",
            Kind::Opening => "opening",
            Kind::Fan => "fan",
            Kind::Screen => "screen",
            Kind::Porous => "porous",
            Kind::Chip => "chip",
            Kind::HeatSink => "heat_sink",
            Kind::ColdPlate => "cold_plate",
            Kind::Loop => "loop",
            Kind::Branch => "branch",
            Kind::Manifold => "manifold",
            Kind::Pipe => "pipe",
            Kind::Fitting => "fitting",
            Kind::Valve => "valve",
            Kind::CheckValve => "check_valve",
            Kind::QuickDisconnect => "quick_disconnect",
            Kind::Filter => "filter",
            Kind::Pump => "pump",
            Kind::Cdu => "cdu",
            Kind::Budget => "budget",
            Kind::Limit => "limit",
            Kind::Monitor => "monitor",
            Kind::Port => "port",
            Kind::Part => "part",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Solids share one list.
    pub(super) fn is_solid(self) -> bool {
        matches!(self, Kind::Block | Kind::Plate | Kind::Board)
    }

    /// What branches pass besides cold plates; they share one list.
    pub(super) fn is_hydraulic(self) -> bool {
        matches!(
            self,
            Kind::Pipe
                | Kind::Fitting
                | Kind::Valve
                | Kind::CheckValve
                | Kind::QuickDisconnect
                | Kind::Filter
                | Kind::Pump
        )
    }

    /// Whether only a scene, not a part, may have it.
    pub(super) fn scene_only(self) -> bool {
        matches!(self, Kind::Wall | Kind::Opening | Kind::Loop | Kind::Cdu)
    }

    /// Whether it may be repeated with `count`.
    pub(super) fn may_be_array(self) -> bool {
        self.has_place() || self.is_hydraulic() || matches!(self, Kind::Branch)
    }

    /// Whether it has a place that `pitch` can move.
    pub(super) fn has_place(self) -> bool {
        self.is_solid()
            || matches!(
                self,
                Kind::Source
                    | Kind::FluidRegion
                    | Kind::Opening
                    | Kind::Fan
                    | Kind::Screen
                    | Kind::Porous
                    | Kind::Chip
                    | Kind::HeatSink
                    | Kind::ColdPlate
                    | Kind::Part
            )
    }

    /// Whether it has a name that others may refer to.
    pub(super) fn is_named(self) -> bool {
        !matches!(self, Kind::Contact | Kind::Limit)
    }
}
