package mpi

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// bindCores lets all threads of this process, and those that they start, run on the i-th
// share of so many cores of those that it has. What cannot be bound stays as it is.
func bindCores(i, share int) {
	var has, set unix.CPUSet
	if unix.SchedGetaffinity(0, &has) != nil {
		return
	}
	var cores []int
	for c := range 64 * len(has) {
		if has.IsSet(c) {
			cores = append(cores, c)
		}
	}
	if len(cores) == 0 {
		return
	}
	for k := range share {
		set.Set(cores[(i*share+k)%len(cores)])
	}
	threads, _ := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		if id, err := strconv.Atoi(t.Name()); err == nil {
			unix.SchedSetaffinity(id, &set)
		}
	}
}
