//! What budgets leave to their receivers, where they contain fans whose power only the solved air tells.

use super::{FanDrive, Scene};
use crate::physics::fan::FanPower;

/// A part that receives power from a budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Index into [`Scene::solids`].
    Solid(usize),
    /// Index into [`Scene::porous`].
    Porous(usize),
    /// Index into [`Scene::cold_plates`]: its extra power.
    ColdPlate(usize),
}

/// The rest of a budget that contains fans, in equal shares to its receivers.
///
/// Their powers in the scene rest on [`super::Fan::design_power`]. A fan that lies in several budgets belongs to the
/// innermost, whose sum then stays as it is for those around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remainder {
    /// Name of the budget with path.
    pub budget: String,
    /// Fans that it contains: indices into [`Scene::fans`].
    pub fans: Vec<usize>,
    /// Who receives it, one at least.
    pub receivers: Vec<Receiver>,
}

impl Scene {
    /// The scene in which its fans draw `drawn` W, and budgets that contain them leave the rest to their receivers.
    #[must_use]
    pub fn drawing(&self, drawn: &[f64]) -> Scene {
        let mut scene = self.clone();
        for remainder in &self.remainders {
            let more = remainder.correction(self, drawn);
            for receiver in &remainder.receivers {
                match *receiver {
                    Receiver::Solid(index) => scene.solids[index].power += more,
                    Receiver::Porous(index) => scene.porous[index].power += more,
                    Receiver::ColdPlate(index) => scene.cold_plates[index].extra_power += more,
                }
            }
        }
        for (fan, drawn) in scene.fans.iter_mut().zip(drawn) {
            if let (FanDrive::Curve { speed, .. }, None) = (&fan.drive, fan.failed) {
                fan.power = FanPower::Nominal(drawn / speed.powi(3));
            }
        }
        scene
    }
}

impl Remainder {
    /// What each receiver releases more than the scene says, W, where the fans of the scene draw `drawn` W; negative
    /// where they draw more than their design power.
    #[must_use]
    pub fn correction(&self, scene: &Scene, drawn: &[f64]) -> f64 {
        let spared: f64 = self.fans.iter().map(|&fan| scene.fans[fan].design_power() - drawn[fan]).sum();
        spared / self.receivers.len() as f64
    }
}
