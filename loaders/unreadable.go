package loaders

import (
	"fmt"
	"strings"

	"euryale/internal/decimal"
)

// UnreadableError is the files of a folder or an archive that cannot be read.
type UnreadableError struct {
	Path  string       // of the folder or archive
	Files []Unreadable // by name
	Of    int          // how many files were looked at
}

// Unreadable is a file that cannot be read.
type Unreadable struct {
	Name string // below the folder, or in the archive
	Why  string
}

func (u Unreadable) String() string { return u.Name + " (" + u.Why + ")" }

// mostListed is how many files an UnreadableError names.
const mostListed = 20

func (e *UnreadableError) Error() string {
	names := make([]string, 0, mostListed+1)
	for _, f := range e.Files[:min(len(e.Files), mostListed)] {
		names = append(names, f.String())
	}
	if more := len(e.Files) - len(names); more > 0 {
		names = append(names, "and "+decimal.Count(more, "more", "more"))
	}
	return fmt.Sprintf("%s: %s of %s cannot be read: %s", e.Path, decimal.Count(len(e.Files), "file", "files"), decimal.Group(int64(e.Of)), strings.Join(names, "; "))
}
