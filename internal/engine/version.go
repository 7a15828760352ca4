package engine

import "sync/atomic"

// Version counts the changes of parameters. What an op computes of parameters
// alone, such as weights laid out for a kernel, is kept until they change.
type Version struct{ changes atomic.Uint64 }

// Changed says that parameters are about to change, or have.
func (v *Version) Changed() { v.changes.Add(1) }

// kept tells when something computed of parameters is to be computed again.
// Without a version that is always.
type kept struct {
	version *Version
	seen    uint64 // one more than the changes that had been when it was computed
}

// stale reports whether it is to be computed, which the caller then does.
func (k *kept) stale() bool {
	if k.version == nil {
		return true
	}
	now := k.version.changes.Load() + 1
	was := k.seen
	k.seen = now
	return was != now
}
