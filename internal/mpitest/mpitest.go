// Package mpitest starts ranks under the MPI launchers that are installed, for tests.
package mpitest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

// Launcher starts ranks.
type Launcher struct {
	Name string   // as Debian's alternatives have it, or a path
	here []string // arguments that let any number of ranks run on this host
}

// Launchers are Open MPI's and MPICH's.
var Launchers = []Launcher{
	{"mpirun.openmpi", []string{"--bind-to", "none", "--oversubscribe"}},
	{"mpiexec.mpich", nil},
}

// StandardABI is the variable that has the folder of an MPICH whose library has the
// standard ABI, as PyPI's mpich installs it; "" where there is none.
const StandardABI = "EURYALE_MPI_ABI"

// Standard is the launcher of a library with the standard ABI.
func Standard() Launcher {
	dir := os.Getenv(StandardABI)
	return Launcher{filepath.Join(dir, "bin", "mpiexec.hydra"), []string{"-genv", "MPI_LIB", filepath.Join(dir, "lib", "libmpi_abi.so.1")}}
}

// Asked is the variable that asks for these tests, which keep all cores busy.
const Asked = "EURYALE_MPI"

// Installed says whether the launcher is, and asked for.
func (l Launcher) Installed() bool {
	if os.Getenv(Asked) == "" {
		return false
	}
	_, err := exec.LookPath(l.Name)
	return err == nil
}

// Need skips the test where the launcher is not installed, or not asked for.
func (l Launcher) Need(t *testing.T) {
	t.Helper()
	if !l.Installed() {
		t.Skipf("%s is not installed, or not asked for by %s=1 as in make ranks", l.Name, Asked)
	}
}

// Command starts ranks of a program on this host.
func (l Launcher) Command(t *testing.T, ranks int, program ...string) []string {
	t.Helper()
	l.Need(t)
	all := append([]string{l.Name}, l.here...)
	return append(append(all, "-n", strconv.Itoa(ranks)), program...)
}

// Environment is that of a launcher, which refuses to be root's without it.
func Environment() []string {
	return append(os.Environ(), "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1")
}

// Each runs a test with each launcher, and with more.
func Each(t *testing.T, f func(t *testing.T, l Launcher), more ...Launcher) {
	for _, l := range slices.Concat(Launchers, more) {
		t.Run(filepath.Base(l.Name), func(t *testing.T) { f(t, l) })
	}
}
