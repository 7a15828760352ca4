package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"euryale/internal/symbols"
	"euryale/notebooks/kernel/client"
)

// errSick is the error of a doctor that found something, and has said what.
var errSick = errors.New("something is missing, see above")

func doctorCommand() *cobra.Command {
	var t target
	var replace []string
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say what stands between you and a notebook",
		Long: `Say what stands between you and a notebook: whether Jupyter is there, whether
what the kernel is made of can be had, whether the kernel is installed, from these
sources, known to Jupyter, and starts, and whether its tables match the packages.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d, err := t.doctor(c.Context())
			if err != nil {
				return err
			}
			d.replace = replace
			sick := false
			for _, x := range d.examinations() {
				finding, err := x.look(c.Context())
				if c.Context().Err() != nil {
					return c.Context().Err()
				}
				if err != nil {
					sick = true
					fmt.Fprintf(c.OutOrStdout(), "no   %s: %v\n", x.name, err)
					continue
				}
				fmt.Fprintf(c.OutOrStdout(), "yes  %s: %s\n", x.name, finding)
			}
			if sick {
				return errSick
			}
			return nil
		},
	}
	t.add(c.Flags(), "as given to install")
	c.Flags().StringArrayVar(&replace, "replace", nil, replaceHelp)
	return c
}

// doctor looks at a kernel's folder and what it is made of.
type doctor struct {
	module, dir string
	install     string // the command that makes dir
	replace     []string
}

// examination is one thing to look at: what was found, or what is missing and what
// to do.
type examination struct {
	name string
	look func(ctx context.Context) (string, error)
}

func (d doctor) examinations() []examination {
	return []examination{
		{"Go", d.toolchain},
		{"the tables match the packages", d.tables},
		{"gophernotes and gomacro can be had", d.modules},
		{"Jupyter", d.jupyter},
		{"the kernel is installed", d.installed},
		{"Jupyter knows it", d.known},
		{"it starts", d.starts},
	}
}

func (d doctor) toolchain(ctx context.Context) (string, error) {
	out, err := run(ctx, d.module, "go", "version")
	return strings.TrimSpace(string(out)), err
}

func (d doctor) tables(context.Context) (string, error) {
	dir := filepath.Join(d.module, "tables")
	lines, err := symbols.Compare(filepath.Join(d.module, "..", ".."), dir)
	if err == nil && len(lines) > 0 {
		err = fmt.Errorf("%s: make tables", strings.Join(lines, "; "))
	}
	return dir, err
}

func (d doctor) modules(ctx context.Context) (string, error) {
	return fetch(ctx, d.module, d.replace)
}

func (d doctor) jupyter(ctx context.Context) (string, error) {
	path, err := exec.LookPath("jupyter")
	if err != nil {
		return "", errors.New("not on the PATH: pip install jupyterlab, or open the notebook in VS Code, which brings its own")
	}
	return path, nil
}

func (d doctor) installed(context.Context) (string, error) {
	s, err := readSpec(d.dir)
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, d.install)
	}
	if _, err := os.Stat(s.Argv[0]); err != nil {
		return "", fmt.Errorf("%w: %s", err, d.install)
	}
	sum, err := sources(filepath.Join(d.module, "..", ".."))
	if err != nil {
		return "", err
	}
	if s.Metadata[sourcesKey] != sum {
		return "", fmt.Errorf("%s was built from other sources than these: %s", d.dir, d.install)
	}
	return d.dir, nil
}

func (d doctor) known(ctx context.Context) (string, error) {
	if _, err := readSpec(d.dir); err != nil {
		return "", err
	}
	known, err := knownDir(ctx)
	switch {
	case err != nil:
		return "", err
	case known == "":
		return "", fmt.Errorf("jupyter kernelspec list has no %q: it does not look in %s; install with --prefix into where it looks (jupyter --paths)", kernelName, filepath.Dir(d.dir))
	case !sameFolder(known, d.dir):
		return "", fmt.Errorf("it takes the kernel of %s instead", known)
	}
	return displayName, nil
}

// sameFolder reports whether two paths lead to one folder.
func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// greeting is a cell that needs the interpreter, our tables and Gorgonia's.
const greeting = `
import (
	"fmt"
	"euryale/graph"
	G "gorgonia.org/gorgonia"
)
net, err := graph.New(graph.Config{Input: graph.Shape{1, 28, 28}}, graph.Flatten{}, graph.Dense{Units: 10})
if err != nil {
	panic(err)
}
_, _ = fmt.Print(net.Report().Params, len(G.NewGraph().AllNodes()))
`

func (d doctor) starts(ctx context.Context) (string, error) {
	s, err := readSpec(d.dir)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	began := time.Now()
	k, err := client.Start(ctx, s.Argv)
	if err != nil {
		return "", err
	}
	defer k.Close()
	r, err := k.Run(ctx, greeting)
	switch {
	case err != nil:
		return "", err
	case r.Err != "":
		return "", fmt.Errorf("a first cell: %s", r.Err)
	case r.Stdout != "7850 0":
		return "", fmt.Errorf("a first cell: want it to print 7850 0, got %q", r.Stdout)
	}
	return fmt.Sprintf("and runs a cell, after %d ms", time.Since(began).Milliseconds()), nil
}
