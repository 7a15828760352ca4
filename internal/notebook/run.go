package notebook

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pkg/errors"
)

// Program is a notebook joined into a Go program.
type Program struct {
	Name   string // of the notebook
	Folder string // of the notebook: the ONNX models in it are there for the program
	Source string // of the file that is the cells; what shows values is another
}

// Run compiles the program as a file of the module at root and runs it as on a
// machine that has nothing: no dataset, no network, a home that holds the models
// beside the notebook alone, and with what a kernel's environment has. It returns what the program prints. The errors of
// the compiler are Problems, and so is what ends the program otherwise than
// well, with the cell where it did.
func (p *Program) Run(ctx context.Context, root string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "notebook")
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "program")
	files := map[string]string{"main.go": p.Source, "show.go": showSource}
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			return nil, errors.WithStack(err)
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-o", binary, filepath.Join(dir, "main.go"), filepath.Join(dir, "show.go"))
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, p.failure(out, err, "go build")
	}
	home := filepath.Join(dir, "home")
	if err := os.Mkdir(home, 0o700); err != nil {
		return nil, errors.WithStack(err)
	}
	if err := p.models(home); err != nil {
		return nil, err
	}
	run := exec.CommandContext(ctx, binary)
	run.Dir, run.Env, run.WaitDelay = home, bare(home), time.Second
	var stdout, stderr bytes.Buffer
	run.Stdout, run.Stderr = &stdout, &stderr
	if err := run.Run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return stdout.Bytes(), p.failure(stderr.Bytes(), err, "run")
	}
	return stdout.Bytes(), nil
}

// models copies the models beside the notebook into the folder where it runs.
func (p *Program) models(to string) error {
	if p.Folder == "" {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(p.Folder, "*.onnx"))
	if err != nil {
		return errors.WithStack(err)
	}
	for _, path := range paths {
		model, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, filepath.Base(path)), model, 0o600)
		}
		if err != nil {
			return errors.WithStack(err)
		}
	}
	return nil
}

// bare is the environment the program runs in.
func bare(home string) []string {
	var env []string
	for _, e := range os.Environ() {
		switch name, _, _ := strings.Cut(e, "="); strings.ToUpper(name) {
		case "EURYALE_DATA", "HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "JPY_PARENT_PID":
		default:
			env = append(env, e)
		}
	}
	const nowhere = "http://127.0.0.1:9" // the port that discards
	return append(env,
		"HOME="+home, "XDG_CACHE_HOME="+home, "LocalAppData="+home,
		"HTTP_PROXY="+nowhere, "HTTPS_PROXY="+nowhere, "JPY_PARENT_PID=1")
}

// failure makes Problems of what go build or the program said: the lines of the
// compiler, or the panic with the place nearest to it.
func (p *Program) failure(said []byte, err error, doing string) error {
	text := strings.TrimSpace(string(said))
	at := regexp.MustCompile(`(?m)` + regexp.QuoteMeta(p.Name) + `\[cell (\d+)\](?::(\d+))?`)
	lines := strings.Split(text, "\n")
	var problems Problems
	if doing == "go build" {
		for _, line := range lines {
			if m := at.FindStringSubmatchIndex(line); m != nil {
				cell, number := numbers(line, m)
				message := strings.TrimLeft(line[m[1]:], ":0123456789 ")
				problems = append(problems, Problem{p.Name, cell, number, message})
			}
		}
		if problems != nil {
			return problems.err()
		}
	}
	first := strings.TrimSpace(lines[0])
	problem := Problem{Notebook: p.Name, Text: doing + ": " + err.Error() + ": " + first}
	if m := at.FindStringSubmatchIndex(text); m != nil {
		problem.Cell, problem.Line = numbers(text, m)
		problem.Text = strings.TrimPrefix(first, text[m[0]:m[1]]+": ")
	}
	return Problems{problem}
}

// numbers reads the cell and the line of a match of a place.
func numbers(s string, m []int) (cell, line int) {
	cell, _ = strconv.Atoi(s[m[2]:m[3]])
	if m[4] >= 0 {
		line, _ = strconv.Atoi(s[m[4]:m[5]])
	}
	return cell, line
}
