//! How much text may be on its way between the reader and the engine's threads: the engine counts documents, and one
//! document may be large.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// A bound on bytes in flight.
#[derive(Debug)]
pub(super) struct Flow {
    limit: usize,
    used: Mutex<usize>,
    freed: Condvar,
}

/// A share of the bound; given back when dropped.
#[derive(Debug)]
pub(super) struct Permit {
    flow: Arc<Flow>,
    bytes: usize,
}

impl Flow {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Flow { limit, used: Mutex::new(0), freed: Condvar::new() })
    }

    /// Waits until so many bytes may go. One document larger than the bound goes alone.
    pub(super) fn acquire(self: &Arc<Self>, bytes: usize) -> Permit {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used = self
            .freed
            .wait_while(used, |used| *used > 0 && *used + bytes > self.limit)
            .unwrap_or_else(PoisonError::into_inner);
        *used += bytes;
        Permit { flow: self.clone(), bytes }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut used = self.flow.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used -= self.bytes;
        self.flow.freed.notify_one();
    }
}
