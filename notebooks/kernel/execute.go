package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"euryale/internal/atomicfile"
	"euryale/internal/notebook"
	"euryale/loaders"
)

func executeCommand() *cobra.Command {
	var t target
	x := executor{limit: 300 * time.Second}
	c := &cobra.Command{
		Use:   "execute NOTEBOOK...",
		Short: "Run notebooks from top to bottom and save what they show",
		Long: `Run notebooks from top to bottom, on the built-in images, and save what they show.

A notebook is replaced when all of its cells have run, within five minutes and
without an error, and when it is fit to be committed; else it stays as it was.
Saved is what shows the same each time, as far as the cells do.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, paths []string) error {
			d, err := t.doctor(c.Context())
			if err != nil {
				return err
			}
			if t.given() != nil {
				os.Setenv("JUPYTER_PATH", filepath.Join(t.prefix, "share", "jupyter"))
			}
			if err := ready(c.Context(), d); err != nil {
				return fmt.Errorf("%w\nWhat else is missing says: cd notebooks/kernel && go run . doctor", err)
			}
			restore, err := builtIn(c.Context())
			if err != nil {
				return err
			}
			defer restore()
			x.out = c.OutOrStdout()
			return x.all(c.Context(), paths)
		},
	}
	t.add(c.Flags(), "as given to install")
	return c
}

// ready reports what of Jupyter and the kernel is missing.
func ready(ctx context.Context, d doctor) error {
	for _, x := range []examination{{"Jupyter", d.jupyter}, {"the kernel is installed", d.installed}, {"Jupyter knows it", d.known}} {
		if _, err := x.look(ctx); err != nil {
			return fmt.Errorf("%s: no: %w", x.name, err)
		}
	}
	return nil
}

// builtIn sees to it that notebooks find no published dataset on this machine, so
// that what they show does not hang on it, until restore is called.
func builtIn(ctx context.Context) (restore func(), err error) {
	cache, err := os.MkdirTemp("", "euryale-notebooks-")
	if err != nil {
		return nil, err
	}
	restore = func() { os.RemoveAll(cache) }
	os.Unsetenv(loaders.DirVariable)
	for _, name := range []string{"XDG_CACHE_HOME", "LocalAppData"} { // those of os.UserCacheDir
		os.Setenv(name, cache)
	}
	sets, err := loaders.Locate(ctx, loaders.Options{})
	for _, s := range sets {
		if s.Err == nil {
			err = fmt.Errorf("want notebooks run on the built-in images, but they would find %s in %s: move it away for as long", s.Name, s.Dir)
		}
	}
	if err != nil {
		restore()
		return nil, err
	}
	return restore, nil
}

// executor runs notebooks.
type executor struct {
	limit time.Duration // of one notebook
	out   io.Writer
}

// all runs all notebooks, also when one of them fails.
func (x executor) all(ctx context.Context, paths []string) error {
	var failed []error
	for _, path := range paths {
		began := time.Now()
		size, err := x.execute(ctx, path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed = append(failed, err)
			fmt.Fprintf(x.out, "%s: failed\n", filepath.Base(path))
			continue
		}
		fmt.Fprintf(x.out, "%s: %.1f s, %d bytes\n", filepath.Base(path), time.Since(began).Seconds(), size)
	}
	return errors.Join(failed...)
}

// execute runs one notebook and is the size of the file that it then is.
func (x executor) execute(ctx context.Context, path string) (int, error) {
	dir, err := os.MkdirTemp("", "euryale-notebook-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	const name = "executed.ipynb"
	if err := x.nbconvert(ctx, path, "--output-dir", dir, "--output", name); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return 0, err
	}
	if text, err = steady(text); err != nil {
		return 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	n, err := notebook.Parse(filepath.Base(path), text)
	if err != nil {
		return 0, err
	}
	if err := n.Committed(kernelName); err != nil {
		return 0, err
	}
	return len(text), atomicfile.Write(path, text)
}

// nbconvert has Jupyter run a notebook in a new kernel.
func (x executor) nbconvert(ctx context.Context, path string, args ...string) error {
	short, cancel := context.WithTimeout(ctx, x.limit)
	defer cancel()
	c := exec.CommandContext(short, "jupyter", append([]string{
		"nbconvert", "--to", "notebook", "--execute", "--log-level=ERROR",
		fmt.Sprintf("--ExecutePreprocessor.timeout=%.0f", x.limit.Seconds()), // of one cell
		"--ExecutePreprocessor.record_timing=False", path,
	}, args...)...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) } // it ends its kernel, too
	c.WaitDelay = 10 * time.Second
	said, err := c.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case short.Err() != nil:
		return fmt.Errorf("%s: want it to run within %v", filepath.Base(path), x.limit)
	case err != nil:
		return fmt.Errorf("%s: jupyter nbconvert: %w\n%s", filepath.Base(path), err, said)
	}
	return nil
}
