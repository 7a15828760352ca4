package mpi

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// ShareCores gives each of the ranks on this host an equal share of its cores, at least
// one: GOMAXPROCS is set to that, unless the environment sets it, and on Linux the
// process is bound to them, unless the launcher has bound it. A rank that waits for
// others keeps a core busy, and must not do so where another computes.
func ShareCores() {
	local, all := localRanks(), online()
	if local < 2 || all == 0 || os.Getenv("GOMAXPROCS") != "" {
		return
	}
	share := max(all/local, 1)
	if runtime.NumCPU() == all {
		if i, ok := localRank(); ok {
			bindCores(i, share)
		}
	}
	runtime.GOMAXPROCS(min(runtime.GOMAXPROCS(0), share))
}

// FewCores says that there are more ranks on this host than cores, or that the launcher
// has bound each to fewer than it could have; "" if not, as far as is known.
func FewCores() string {
	local, all := localRanks(), online()
	switch {
	case moreRanksThanCores():
		return fmt.Sprintf("%d ranks on this host share %d cores, and wait for one another: as many ranks as cores are faster", local, all)
	case local == 0 || all == 0 || runtime.NumCPU() >= all/local:
		return ""
	}
	return fmt.Sprintf("each of %d ranks on this host has %d of %d cores: mpirun --bind-to none lets them share all", local, runtime.NumCPU(), all)
}

func moreRanksThanCores() bool {
	all := online()
	return all > 0 && localRanks() > all
}

// Patience is for how long other ranks than 0 keep their errors to themselves, as most
// are those of all ranks, and the job ends when rank 0 has said so.
const Patience = 2 * time.Second

// LaunchedAs is the rank that the launcher says this process is, 0 where it does not. It
// is known before Open.
func LaunchedAs() int {
	rank, _ := number("OMPI_COMM_WORLD_RANK", "PMI_RANK")
	return rank
}

// localRanks is how many ranks the launcher has started on this host, 0 where it does
// not say.
func localRanks() int {
	n, _ := number("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS")
	return n
}

// localRank is the number of this one among them.
func localRank() (rank int, ok bool) {
	rank, name := number("OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID")
	return rank, name != ""
}

// number is that of the first of the environment's variables which has one, with its
// name; "" if none has.
func number(names ...string) (n int, name string) {
	for _, name := range names {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n >= 0 {
			return n, name
		}
	}
	return 0, ""
}

// online is how many cores the host has, 0 where that is not known: the number of
// runtime.NumCPU is of those that the process may use.
func online() int {
	entries, err := os.ReadDir("/sys/devices/system/cpu")
	if err != nil {
		return 0
	}
	n := 0
	for _, e := range entries {
		var i int
		if m, _ := fmt.Sscanf(e.Name(), "cpu%d", &i); m == 1 {
			n++
		}
	}
	return n
}
