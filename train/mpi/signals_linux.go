package mpi

import (
	"syscall"
	"unsafe"
)

// MPI libraries, and what they open in turn, put handlers of their own in the place
// of Go's, without a stack for signals: a nil dereference would then end the process
// and not be a panic. They are put back.

// sigaction is what the kernel keeps of a signal.
type sigaction struct{ handler, flags, restorer, mask uintptr }

const signals = 64

// actions are those of all signals.
type actions [signals + 1]sigaction

// sigact sets, or gets, that of one.
func sigact(signal int, set, old *sigaction) {
	const maskBytes = 8
	syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(set)), uintptr(unsafe.Pointer(old)), maskBytes, 0, 0)
}

func handlers() *actions {
	a := &actions{}
	for s := 1; s <= signals; s++ {
		sigact(s, nil, &a[s])
	}
	return a
}

// restore puts back those that have changed.
func (a *actions) restore() {
	now := handlers()
	for s := 1; s <= signals; s++ {
		if now[s] != a[s] {
			before := a[s]
			sigact(s, &before, nil)
		}
	}
}
