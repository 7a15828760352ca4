package mpi

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

// FewCores says that the launcher has bound each rank to fewer cores than it could
// have; "" if it has not, as far as is known.
func FewCores() string {
	local := 0
	for _, name := range []string{"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"} {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil && n > 0 {
			local = n
		}
	}
	all := online()
	if local == 0 || all == 0 || runtime.NumCPU() >= all/local {
		return ""
	}
	return fmt.Sprintf("each of %d ranks on this host has %d of %d cores: mpirun --bind-to none lets them have all", local, runtime.NumCPU(), all)
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
