//go:build linux || darwin

package mpi

import (
	"github.com/pkg/errors"
)

// launched is how many ranks a launcher says that it has started, and the variable
// in which it does; 0 without one.
func launched() (ranks int, variable string) {
	return number("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS")
}

// checkLauncher reports ranks that each believe to be alone: the library is of
// another kind than the launcher.
func checkLauncher(size int, l *library) error {
	if n, variable := launched(); n > 1 && size == 1 {
		return errors.Errorf("mpi: want %d ranks, as the launcher says in %s, got 1 of %s (%s): it is of another MPI than the launcher: name the launcher's in MPI_LIB, or take the mpirun of this one",
			n, variable, l.version, l.path)
	}
	return nil
}
