package train_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeProgram runs the program of the README, whose output must be what
// stands below it, digit by digit, on each set of kernels that the processor
// has.
func TestReadmeProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and trains")
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	program := between(t, string(text), "```go\n", "```")
	_, after, _ := strings.Cut(string(text), "\nprints")
	want := between(t, after, "```\n", "```")

	dir := t.TempDir()
	source, binary := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", binary, source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, kernels := range []string{"", "cpu.avx512f=off", "cpu.avx512f=off,cpu.avx2=off"} {
		run := exec.Command(binary)
		run.Env = append(os.Environ(), "GODEBUG="+kernels)
		got, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		if string(got) != want {
			t.Errorf("with GODEBUG=%s the program prints\n%s\nthe README says\n%s", kernels, got, want)
		}
	}
}

// between is the text after start and before end.
func between(t *testing.T, text, start, end string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, start)
	found, _, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("README.md has no text between %q and %q", start, end)
	}
	return found
}
