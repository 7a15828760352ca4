// Package mpitest starts ranks under the MPI launchers that are installed, for tests.
package mpitest

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// Launcher starts ranks, under the name that Debian gives it.
type Launcher struct {
	Name string
	here []string // arguments that let any number of ranks run on this host
}

// Launchers are Open MPI's and MPICH's.
var Launchers = []Launcher{
	{"mpirun.openmpi", []string{"--bind-to", "none", "--oversubscribe"}},
	{"mpiexec.mpich", nil},
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

// Each runs a test with each launcher.
func Each(t *testing.T, f func(t *testing.T, l Launcher)) {
	for _, l := range Launchers {
		t.Run(l.Name, func(t *testing.T) { f(t, l) })
	}
}
