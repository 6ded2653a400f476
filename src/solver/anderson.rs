//! Acceleration of a fixed-point iteration by its own history.
//!
//! ```text
//! f_k = g(x_k) − x_k        γ = argmin ‖f_k − Σ γ_j Δf_j‖        x_{k+1} = g(x_k) − Σ γ_j Δg_j
//! ```
//!
//! A few SIMPLEC iterations together are one g. What converges slowly under g, a vortex that spins up or a stratification
//! that fills, lies in few directions, and the last differences span them. Sums of velocities that obey continuity obey
//! it too.
//! Source: D. G. Anderson, "Iterative procedures for nonlinear integral equations", J. ACM 12 (1965) 547; H. F. Walker and
//! P. Ni, SIAM J. Numer. Anal. 49 (2011) 1715.

use crate::backend::BackendError;
use crate::backend::flow::FlowBackend;
use faer::prelude::Solve;

/// The last differences, and what the next one is taken to.
pub struct Anderson<B: FlowBackend> {
    /// Δf and Δg, the oldest first; as many as are held, at the end, are valid. The first are f and g of the last step
    /// once these are known.
    differences: Vec<[B::Snapshot; 2]>,
    held: usize,
    known: bool,
    /// f, and x that becomes g with the step.
    f: B::Snapshot,
    g: B::Snapshot,
}

impl<B: FlowBackend> Anderson<B> {
    /// Room for `depth` differences of a flow.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if they do not fit.
    pub fn new(backend: &B, flow: &B::Flow, depth: usize) -> Result<Self, BackendError> {
        // Pressures have no part in γ.
        let (f, g) = (|| backend.snapshot(flow, false), || backend.snapshot(flow, true));
        Ok(Self {
            differences: (0..depth).map(|_| Ok([f()?, g()?])).collect::<Result<_, BackendError>>()?,
            held: 0,
            known: false,
            f: f()?,
            g: g()?,
        })
    }

    /// Forgets the history.
    pub fn restart(&mut self) {
        (self.held, self.known) = (0, false);
    }

    /// Remembers the state before g.
    pub fn before(&mut self, backend: &B, flow: &B::Flow) {
        if let (Some([f, g]), true) = (self.differences.first_mut(), self.known) {
            // In place of the oldest difference, if there is one.
            std::mem::swap(f, &mut self.f);
            std::mem::swap(g, &mut self.g);
            self.held = self.held.min(self.differences.len() - 1);
        }
        backend.save(flow, &mut self.g);
    }

    /// What g has changed since [`before`](Self::before), as a share of the state: of velocities and of temperatures.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    pub fn after(&mut self, backend: &B, flow: &B::Flow) -> Result<[f64; 2], BackendError> {
        let Self { f, g, .. } = self;
        backend.save(flow, f);
        backend.add(-1.0, g, f);
        backend.save(flow, g);
        let dots = backend.overlaps(&[(f, f), (g, g)])?;
        let share = |k: usize| if dots[0][k] > 0.0 { (dots[0][k] / dots[1][k]).sqrt() } else { 0.0 };
        Ok([share(0), share(1)])
    }

    /// Replaces the state after g by a better one.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    pub fn accelerate(&mut self, backend: &B, flow: &mut B::Flow) -> Result<(), BackendError> {
        if !std::mem::replace(&mut self.known, true) {
            return Ok(());
        }
        let Some([df, dg]) = self.differences.first_mut() else { return Ok(()) };
        // Signs are turned: Δ = old − new.
        backend.add(-1.0, &self.f, df);
        backend.add(-1.0, &self.g, dg);
        self.differences.rotate_left(1);
        self.held += 1;
        let used = &self.differences[self.differences.len() - self.held..];
        // The state becomes g − Σ γ Δg.
        for (weight, [_, dg]) in weights(backend, used, &self.f)?.into_iter().zip(used) {
            backend.add_to(-weight, dg, flow);
        }
        Ok(())
    }
}

/// γ of the least residual; none if the differences say nothing.
fn weights<B: FlowBackend>(
    backend: &B,
    differences: &[[B::Snapshot; 2]],
    f: &B::Snapshot,
) -> Result<Vec<f64>, BackendError> {
    let m = differences.len();
    let mut pairs: Vec<(&B::Snapshot, &B::Snapshot)> = Vec::new();
    for i in 0..m {
        pairs.extend((0..=i).map(|j| (&differences[i][0], &differences[j][0])));
    }
    pairs.extend(differences.iter().map(|[df, _]| (df, f)));
    pairs.push((f, f));
    let dots = backend.overlaps(&pairs)?;
    // Velocities and temperatures have units of their own: each counts as a share of its f.
    let last = dots.last().copied().unwrap_or([0.0; 2]);
    let value =
        |dot: [f64; 2]| -> f64 { (0..2).map(|k| if last[k] > 0.0 { dot[k] / last[k] } else { 0.0 }).sum() };
    let mut matrix = faer::Mat::<f64>::zeros(m, m);
    let mut right = faer::Mat::<f64>::zeros(m, 1);
    let mut at = dots.iter();
    for i in 0..m {
        for j in 0..=i {
            let dot = at.next().map_or(0.0, |&dot| value(dot));
            matrix[(i, j)] = dot;
            matrix[(j, i)] = dot;
        }
    }
    for i in 0..m {
        right[(i, 0)] = at.next().map_or(0.0, |&dot| value(dot));
        // Differences that are nearly parallel would give weights without bound.
        matrix[(i, i)] *= 1.0 + REGULARISATION;
    }
    let solved = matrix.partial_piv_lu().solve(&right);
    let weights: Vec<f64> = (0..m).map(|i| solved[(i, 0)]).collect();
    Ok(if weights.iter().all(|w| w.is_finite()) { weights } else { Vec::new() })
}

/// Share by which the diagonal of the normal equations is raised.
const REGULARISATION: f64 = 1e-8;
