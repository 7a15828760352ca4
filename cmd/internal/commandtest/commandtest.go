// Package commandtest is what the tests of commands share.
package commandtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Want holds what a run of a command leaves, a struct, against what it is to leave.
func Want[T any](t *testing.T, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(want)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// WantFiles holds the names of the files in the current folder, and below it, against
// those given.
func WantFiles(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if !d.IsDir() {
			got = append(got, filepath.ToSlash(path))
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("files: error %v (-want +got):\n%s", err, diff)
	}
}

// ReadFile is what is in a file.
func ReadFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// WriteFile makes a file of that content.
func WriteFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
