// Package pythontest finds the Python that tests compare with.
package pythontest

import (
	"cmp"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Find is an interpreter that has these modules, or the test is skipped. PYTHON names
// it; without, it is python3.
func Find(t testing.TB, modules ...string) string {
	t.Helper()
	python := cmp.Or(os.Getenv("PYTHON"), "python3")
	all := strings.Join(modules, ", ")
	if out, err := exec.Command(python, "-c", "import "+all).CombinedOutput(); err != nil {
		t.Skipf("%s has not all of %s: %v\n%s", python, all, err, out)
	}
	return python
}
