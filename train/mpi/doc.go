// Package mpi makes the ranks that an MPI launcher starts a train.Group:
//
//	mpi.ShareCores()
//	group, err := mpi.Open(mpi.Config{})
//	if err != nil {
//		log.Fatal(err)
//	}
//	history, err := train.Fit(ctx, net, data, train.Config{Group: group})
//	... // also train.Evaluate, by EvaluateConfig.Group
//	if err := group.Close(); err != nil {
//		log.Fatal(err)
//	}
//	group.Exit(0)
//
// as in mpirun --bind-to none -n 2 ./program. Without a launcher it is one rank.
//
// The MPI library is opened at run time, without cgo: Open MPI 4 and 5, MPICH and
// what has its ABI, such as Intel MPI, and libraries with the standard ABI of MPI 5.0,
// chapter 20. A program that imports the package is linked dynamically for that. It
// is for Linux and macOS; elsewhere Open is an error.
//
// Where a rank waits, it keeps its core busy for a millisecond, and looks again every
// 50 µs after that: start no more ranks than there are cores.
package mpi

import "time"

// Config says how to open MPI. Its zero value works.
type Config struct {
	// Library is the file of the MPI library, or its name where the loader looks
	// for it; "" means the environment's MPI_LIB, and without that those that are
	// known, the launcher's kind first.
	Library string

	// Messages has ranks send messages on one host too. They share memory there else,
	// on Linux, which is faster: two MiB a rank.
	Messages bool

	// Timeout is how long a rank waits for others of which nothing is heard, and in a
	// call of MPI's that all have begun, before it ends the process, as MPI waits for
	// ever where a host or a link is lost. One that is heard of, and busy, is waited
	// for: ranks send one another a UDP datagram a second. Where these do not get
	// through, no rank may take longer than this between two steps. All ranks must also
	// start within it. 0 means a minute.
	Timeout time.Duration
}
