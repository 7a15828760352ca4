package notebook

import (
	_ "embed"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pkg/errors"
)

//go:embed std.txt
var stdTables string

// known are the packages that cells may import, each with the names that the
// kernel's table of it lacks.
type known map[string]map[string]bool

// tablesFolder holds the tables that our kernel has beside gomacro's own.
const tablesFolder = "notebooks/kernel/tables"

// tableOf finds the package a table is of.
var tableOf = regexp.MustCompile(`\bPackages\["([^"]+)"\]`)

// knownIn returns what the kernel of the module at root knows. A module without
// a kernel's tables has those of the packages it would have tables of.
func knownIn(root string) (known, error) {
	k := known{}
	for line := range strings.Lines(stdTables) {
		if names := strings.Fields(line); names[0] != "#" {
			lacks := map[string]bool{}
			for _, name := range names[1:] {
				lacks[name] = true
			}
			k[names[0]] = lacks
		}
	}
	files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(tablesFolder), "*.go"))
	if err != nil {
		return nil, errors.WithStack(err)
	}
	found := false
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, errors.WithStack(err)
		}
		for _, m := range tableOf.FindAllSubmatch(src, -1) {
			k[string(m[1])] = nil
			found = true
		}
	}
	if !found {
		for _, path := range []string{
			"euryale/graph", "euryale/graph/ops", "euryale/loaders", "euryale/loaders/drawn", "euryale/nets", "euryale/nets/filters",
			"euryale/train", "euryale/train/chart", "euryale/train/page", "euryale/train/pictures",
			"github.com/pkg/errors", "gorgonia.org/gorgonia", "gorgonia.org/tensor",
		} {
			k[path] = nil
		}
	}
	return k, nil
}
