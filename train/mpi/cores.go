package mpi

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

// Cores is how many cores each of the ranks on this host may keep busy: an equal share
// of them, at least one, and no more than the launcher lets this one have.
func Cores() int {
	n := runtime.GOMAXPROCS(0)
	if local, all := localRanks(), online(); local > 0 && all > 0 {
		n = min(n, max(all/local, 1))
	}
	return n
}

// FewCores says that the launcher has bound each rank to fewer cores than it could
// have; "" if it has not, as far as is known.
func FewCores() string {
	local, all := localRanks(), online()
	if local == 0 || all == 0 || runtime.NumCPU() >= all/local {
		return ""
	}
	return fmt.Sprintf("each of %d ranks on this host has %d of %d cores: mpirun --bind-to none lets them share all", local, runtime.NumCPU(), all)
}

// localRanks is how many ranks the launcher has started on this host, 0 where it does
// not say.
func localRanks() int {
	for _, name := range []string{"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"} {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
			return n
		}
	}
	return 0
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
