package train_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadmeProgram runs the program of the README, whose output must be what
// stands below it, up to the digits of losses and accuracies: those differ
// in the last places between processors.
func TestReadmeProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and trains")
	}
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	program := between(t, string(text), "```go\n", "```")
	_, after, _ := strings.Cut(string(text), "prints\n")
	want := between(t, after, "```\n", "```")

	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := exec.Command("go", "run", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if blur(string(got)) != blur(want) {
		t.Errorf("the program prints\n%s\nthe README says\n%s", got, want)
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

var fraction = regexp.MustCompile(`\d\.\d{4}`)

// blur takes the figures out of losses and accuracies.
func blur(s string) string { return fraction.ReplaceAllString(s, "#") }
