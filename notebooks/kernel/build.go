package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

const (
	modulePath  = "euryale/notebooks/kernel"
	gophernotes = "github.com/gopherdata/gophernotes"
	gomacro     = "github.com/cosmos72/gomacro"
)

// added is what joins gophernotes' package.
//
//go:embed added/*.go
var added embed.FS

// builder builds the kernel.
type builder struct {
	replace  []string // MODULE=DIR
	progress io.Writer
}

// build writes the kernel's program to a file. It works on copies, in a folder of
// its own: gophernotes is a main package, which cannot be imported, and both it and
// gomacro need a few lines changed.
func (b builder) build(ctx context.Context, to string) error {
	module, err := moduleDir(ctx)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "euryale-kernel-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := b.prepare(ctx, module, work); err != nil {
		return err
	}
	fmt.Fprintln(b.progress, "Compiling: a minute or two the first time")
	_, err = run(ctx, work, "go", "build", "-mod=vendor", "-tags=euryale", "-trimpath", "-ldflags=-s -w", "-o", to, gophernotes)
	return err
}

// prepare makes work a copy of the module with all that it needs below vendor,
// changed.
func (b builder) prepare(ctx context.Context, module, work string) error {
	modfile := filepath.Join(work, "go.mod")
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(work, name), text, 0o644); err != nil {
			return err
		}
	}
	if err := b.edit(ctx, module, modfile); err != nil {
		return err
	}
	for _, dir := range []string{"session", "tables"} {
		if err := os.CopyFS(filepath.Join(work, dir), os.DirFS(filepath.Join(module, dir))); err != nil {
			return err
		}
	}
	fmt.Fprintln(b.progress, "Fetching gophernotes and gomacro")
	if _, err := fetch(ctx, module, b.replace); err != nil {
		return err
	}
	if _, err := run(ctx, work, "go", "mod", "vendor"); err != nil {
		return err
	}
	vendor := filepath.Join(work, "vendor")
	if err := apply(vendor, changes); err != nil {
		return err
	}
	files, err := added.ReadDir("added")
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := added.ReadFile("added/" + f.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(vendor, filepath.FromSlash(gophernotes), "euryale_"+f.Name()), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// edit makes the replacements in a copy of go.mod absolute, and adds the user's.
func (b builder) edit(ctx context.Context, module, modfile string) error {
	args := []string{"mod", "edit", "-replace", "euryale=" + filepath.Join(module, "..", "..")}
	for _, r := range b.replace {
		name, dir, ok := strings.Cut(r, "=")
		if !ok || name == "" || dir == "" {
			return fmt.Errorf("--replace %s: want MODULE=DIR", r)
		}
		abs, err := filepath.Abs(dir)
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(abs, "go.mod")); err != nil {
			return fmt.Errorf("--replace %s: want the folder of a module: %w", r, err)
		}
		args = append(args, "-replace", name+"="+abs)
	}
	_, err := run(ctx, module, "go", append(args, modfile)...)
	return err
}

// moduleDir is the folder of this module, which must be that of the current
// folder: go run keeps no other trace of it.
func moduleDir(ctx context.Context) (string, error) {
	out, err := run(ctx, "", "go", "list", "-m", "-json")
	if err != nil {
		return "", err
	}
	var m struct{ Path, Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", err
	}
	if m.Path != modulePath {
		return "", fmt.Errorf("run this in the folder notebooks/kernel of Euryale; the current folder is of module %q", m.Path)
	}
	return m.Dir, nil
}

// run runs a command in dir, and is what it prints. Its error ends with what the
// command said last.
func run(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it clears up
	c.WaitDelay = 5 * time.Second
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	err := c.Run()
	switch {
	case err == nil:
		return out.Bytes(), nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("%s is not on the PATH", name)
	}
	return out.Bytes(), fmt.Errorf("%s %s: %w\n%s", name, args[0], err, bytes.TrimSpace(said.Bytes()))
}

// program is the name of the kernel's program.
func program() string {
	if runtime.GOOS == "windows" {
		return "gophernotes.exe"
	}
	return "gophernotes"
}
