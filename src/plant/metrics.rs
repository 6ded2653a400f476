//! What the trade measures a site by, from powers in W or from energies in J.
//!
//! ```text
//! PUE = site/IT      pPUE = (zone IT + zone infrastructure)/zone IT      ITUE = IT/power into compute parts
//! TUE = ITUE × PUE   WUE = litres of site water/kWh of IT                ERE = (site − reused)/IT
//! ```
//!
//! IT is what the racks draw, server fans and power shelves included; the zone is the room: what stands at the racks (CDU
//! pumps, rear doors) and its air handlers. Moving fans out of servers raises PUE and lowers TUE.
//! Source: ISO/IEC 30134-2 (PUE), The Green Grid (pPUE, WUE, ERE), Energy Efficient HPC Working Group (ITUE, TUE).

/// J in a kWh.
pub const KWH: f64 = 3.6e6;

/// Powers in W with water in m³/s, or energies in J with water in m³.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Into the racks' own equipment.
    pub it: f64,
    /// Of that, into compute parts: without server fans and conversion losses.
    pub compute: f64,
    /// CDU pumps, fans and pumps of rear doors.
    pub rack_cooling: f64,
    /// Fans of the room's air handlers.
    pub room_fans: f64,
    /// Pumps of the plant's circuits.
    pub pumps: f64,
    /// Fans of dry coolers and towers.
    pub rejection_fans: f64,
    /// Compressors of chillers, with the fans of air-cooled ones.
    pub chillers: f64,
    /// Lost in transformers and UPS.
    pub distribution: f64,
    /// Heat put to use.
    pub reused: f64,
    /// Made up to towers.
    pub water: f64,
}

impl Tally {
    /// Each term by each term.
    fn zip(self, other: Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            it: with(self.it, other.it),
            compute: with(self.compute, other.compute),
            rack_cooling: with(self.rack_cooling, other.rack_cooling),
            room_fans: with(self.room_fans, other.room_fans),
            pumps: with(self.pumps, other.pumps),
            rejection_fans: with(self.rejection_fans, other.rejection_fans),
            chillers: with(self.chillers, other.chillers),
            distribution: with(self.distribution, other.distribution),
            reused: with(self.reused, other.reused),
            water: with(self.water, other.water),
        }
    }

    /// With another one over a duration.
    #[must_use]
    pub fn plus(self, other: Self, duration: f64) -> Self {
        self.zip(other, |sum, rate| sum + rate * duration)
    }

    /// Within the room, besides IT.
    #[must_use]
    pub fn zone(&self) -> f64 {
        self.rack_cooling + self.room_fans
    }

    /// All besides IT.
    #[must_use]
    pub fn infrastructure(&self) -> f64 {
        self.zone() + self.pumps + self.rejection_fans + self.chillers + self.distribution
    }

    /// All that the site draws.
    #[must_use]
    pub fn site(&self) -> f64 {
        self.it + self.infrastructure()
    }

    /// Power usage effectiveness.
    #[must_use]
    pub fn pue(&self) -> f64 {
        self.site() / self.it
    }

    /// Partial PUE of the room.
    #[must_use]
    pub fn partial_pue(&self) -> f64 {
        (self.it + self.zone()) / self.it
    }

    /// IT power usage effectiveness.
    #[must_use]
    pub fn itue(&self) -> f64 {
        self.it / self.compute
    }

    /// Total power usage effectiveness.
    #[must_use]
    pub fn tue(&self) -> f64 {
        self.itue() * self.pue()
    }

    /// Water usage effectiveness, L/kWh.
    #[must_use]
    pub fn wue(&self) -> f64 {
        1e3 * self.water / (self.it / KWH)
    }

    /// Energy reuse effectiveness.
    #[must_use]
    pub fn ere(&self) -> f64 {
        (self.site() - self.reused) / self.it
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn site() -> Tally {
        Tally { it: 100.0, compute: 90.0, rack_cooling: 1.0, room_fans: 2.0, pumps: 3.0, ..Tally::default() }
    }

    #[test]
    fn every_metric_is_its_definition() {
        let site = Tally { rejection_fans: 4.0, chillers: 5.0, distribution: 5.0, reused: 30.0, ..site() };
        assert_eq!((site.site(), site.infrastructure(), site.zone()), (120.0, 20.0, 3.0));
        assert_relative_eq!(site.pue(), 1.2);
        assert_relative_eq!(site.partial_pue(), 1.03);
        assert_relative_eq!(site.itue(), 100.0 / 90.0);
        assert_relative_eq!(site.tue(), 120.0 / 90.0);
        assert_relative_eq!(site.ere(), 0.9);
        // 1 L/s at 1 kW of IT: 3600 L/kWh.
        assert_relative_eq!(Tally { it: 1e3, water: 1e-3, ..site }.wue(), 3600.0);
    }

    /// 10 W of fans moved out of the servers: the site draws the same, PUE rises, TUE stands.
    #[test]
    fn fans_moved_out_of_servers_raise_pue_and_leave_tue() {
        let inside = site();
        let outside = Tally { it: 90.0, room_fans: inside.room_fans + 10.0, ..inside };
        assert_relative_eq!(outside.site(), inside.site());
        assert!(outside.pue() > inside.pue());
        assert_relative_eq!(outside.tue(), inside.tue());
    }

    #[test]
    fn hours_of_two_states_add_up_to_the_year() {
        let year = Tally::default().plus(site(), 2.0).plus(Tally { it: 50.0, ..site() }, 4.0);
        assert_relative_eq!(year.it, 400.0);
        assert_relative_eq!(year.pumps, 18.0);
    }
}
