use super::*;
use crate::backend::flow::*;
use crate::model::flow::*;
impl FlowBackend for GpuBackend {
    type Flow = ();
    fn flow(&self, _: &FlowProblem) -> Result<(), BackendError> {
        Err(BackendError::DeviceFailed { device: "gpu".into(), reason: "no flow".into() })
    }
    fn momentum(&self, _: &mut (), _: usize) {}
    fn heat(&self, _: &mut ()) {}
    fn set_inertia(&self, _: &mut (), _: Unknown, _: f64) {}
    fn relax(&self, _: &mut (), _: Unknown, _: usize, _: f64) {}
    fn imbalance(&self, _: &mut (), _: Unknown) -> Result<Imbalance, BackendError> {
        Ok(Imbalance::default())
    }
    fn mobility(&self, _: &mut ()) -> Result<[Vec<f64>; 3], BackendError> {
        Ok([vec![], vec![], vec![]])
    }
    fn viscosity(&self, _: &mut ()) {}
    fn wrap(&self, _: &mut (), _: Unknown) {}
    fn fan_flows(&self, _: &()) -> Result<Vec<f64>, BackendError> {
        Ok(vec![])
    }
    fn set_laws(&self, _: &mut (), _: &[FaceResistance]) {}
    fn throughput(&self, _: &(), _: &mut Field) {}
    fn mass_defect(&self, _: &(), _: &mut Field) {}
    fn correct(&self, _: &mut (), _: &Field) {}
    fn store(&self, _: &(), _: &mut FlowProblem) -> Result<(), BackendError> {
        Ok(())
    }
}
