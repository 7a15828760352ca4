package engine

import "sync/atomic"

// Version counts the changes of parameters. What an op computes of parameters
// alone, such as weights laid out for a kernel, is kept until they change.
type Version struct{ changes atomic.Uint64 }

// Changed says that parameters are about to change, or have.
func (v *Version) Changed() { v.changes.Add(1) }

// kept is when something has been computed of parameters. Without a version it is
// computed in each run.
type kept struct {
	version *Version
	seen    uint64 // one more than the changes that had been when it was computed
}

// refresh computes it, unless the parameters are what they were when that last
// went well.
func (k *kept) refresh(compute func() error) error {
	if k.version == nil {
		return compute()
	}
	now := k.version.changes.Load() + 1
	if k.seen == now {
		return nil
	}
	err := compute()
	if err == nil {
		k.seen = now
	}
	return err
}
