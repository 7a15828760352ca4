package readme_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the folder of the module.
const root = "../.."

// readme is the README from one text to another.
func readme(t *testing.T, from, to string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), from)
	part, _, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		t.Fatalf("README.md has no text between %q and %q", from, to)
	}
	return part
}

// block is a fenced block: its language, and what stands in it.
type block struct{ language, text string }

func blocks(text string) (all []block) {
	for i, part := range strings.Split(text, "\n```") {
		if language, code, ok := strings.Cut(part, "\n"); ok && i%2 == 1 {
			all = append(all, block{language, code + "\n"})
		}
	}
	return all
}

// TestReadmeModule goes the README's way to a module of one's own, beside a
// folder that is this one, and compares what its program prints.
func TestReadmeModule(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and trains")
	}
	b := blocks(readme(t, "\n## In a module of your own\n", "\n## "))
	if len(b) != 4 {
		t.Fatalf("want commands, a program, commands and what it prints, got %d blocks", len(b))
	}
	begin, program, run, want := b[0].text, b[1].text, b[2].text, b[3].text

	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(here, filepath.Join(dir, "euryale")); err != nil {
		t.Fatal(err)
	}
	shell(t, dir, begin)
	mine := filepath.Join(dir, strings.Fields(begin)[1])
	if err := os.WriteFile(filepath.Join(mine, "main.go"), []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	// With the checksums of the modules that are here already, none is looked
	// up. What go mod tidy wants beyond these, for tests of theirs, the program
	// does not need.
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err == nil {
		err = os.WriteFile(filepath.Join(mine, "go.sum"), sums, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := shell(t, mine, run); got != want {
		t.Errorf("the program prints\n%s\nthe README says\n%s", got, want)
	}
}

// shell runs lines in a folder, one by one as a user would, and returns what they
// print. Without a network, tidying the module may fail.
func shell(t *testing.T, dir, lines string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		cmd := exec.Command("sh", "-c", line)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
		cmd.Env = append(os.Environ(), "PWD="+dir, "GOWORK=off", "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod")
		err := cmd.Run()
		if err != nil && line == "go mod tidy" && unreachable.Match(stderr.Bytes()) {
			t.Logf("offline: %s", &stderr)
			err = nil
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", line, err, &stderr)
		}
		if folder, ok := strings.CutPrefix(line, "mkdir "); ok { // … && cd …
			dir = filepath.Join(dir, strings.Fields(folder)[0])
		}
	}
	return stdout.String()
}

// unreachable is what the go command says of modules that are neither here nor to
// be had.
var unreachable = regexp.MustCompile(`dial tcp|lookup disabled|no such host|i/o timeout`)

// TestReadmeCode finds the README's code on networks, and what it prints, in
// the examples, which run. They end at errors, and the README does not.
func TestReadmeCode(t *testing.T) {
	var examples []byte
	for _, name := range []string{"example_test.go", "pictures_test.go"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		examples = append(examples, text...)
	}
	trimmed := func(text string, cut ...string) string {
		var b strings.Builder
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			for _, marker := range cut {
				line = strings.TrimSpace(strings.TrimPrefix(line, marker))
			}
			b.WriteString(line + "\n")
		}
		return b.String()
	}
	code := strings.ReplaceAll(trimmed(string(examples)), "if err != nil {\nlog.Fatal(err)\n}\n", "")
	output := trimmed(string(examples), "//", "//")
	n := 0
	for _, b := range blocks(readme(t, "\n## Networks are graphs\n", "\n## Results\n")) {
		if strings.HasPrefix(b.text, "go run ") {
			continue // see TestReadmeCommands
		}
		in, want, what := output, trimmed(b.text, "//"), "output"
		if b.language == "go" {
			in, want, what = code, trimmed(b.text), "code"
		}
		if !strings.Contains(in, want) {
			t.Errorf("the examples have no such %s:\n%s", what, b.text)
		}
		n++
	}
	if n < 10 {
		t.Errorf("want at least 10 blocks, got %d", n)
	}
}

// TestReadmeLinks finds the file that each link leads to.
func TestReadmeLinks(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme(t, "", "Apache License"), -1)
	if len(links) < 10 {
		t.Errorf("want at least 10 links, got %d", len(links))
	}
	for _, m := range links {
		if strings.HasPrefix(m[1], "https://") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
			t.Errorf("a link leads nowhere: %v", err)
		}
	}
}

// TestReadmeCommands finds each command that the README shows, with its flags
// and arguments as far as the help reads them, and each target of make.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-C", root, "-o", dir, "./cmd/...").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text := readme(t, "", "Apache License")
	commands := regexp.MustCompile("go run \\./cmd/(\\w+)([^`#\n]*)").FindAllStringSubmatch(text, -1)
	if len(commands) < 15 {
		t.Errorf("want at least 15 commands, got %d", len(commands))
	}
	for _, m := range commands {
		args := append(strings.Fields(m[2]), "--help")
		if out, err := exec.Command(filepath.Join(dir, m[1]), args...).CombinedOutput(); err != nil {
			t.Errorf("%s %v: %v\n%s", m[1], args, err, out)
		}
	}
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	_, names, _ := strings.Cut(string(makefile), ".PHONY:")
	names, _, _ = strings.Cut(names, "\n")
	for _, m := range regexp.MustCompile(`(?m)^make ([a-z0-9 ]+)`).FindAllStringSubmatch(text, -1) {
		for _, target := range strings.Fields(m[1]) {
			if !slices.Contains(strings.Fields(names), target) {
				t.Errorf("make %s: the Makefile has %s", target, names)
			}
		}
	}
}
