package serve_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestStatic: the command is one file that needs nothing around it, as in a
// container FROM scratch: no interpreter, no library.
func TestStatic(t *testing.T) {
	if testing.Short() || raced || runtime.GOOS != "linux" {
		t.Skip("builds a command, for Linux")
	}
	path := filepath.Join(t.TempDir(), "digits")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", path, "euryale/cmd/digits")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("want a static binary, got one with %v", p.Type)
		}
	}
}
