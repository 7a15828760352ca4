package cli

import (
	"io"
	"io/fs"
	"os"

	"github.com/pkg/errors"

	"euryale/internal/archive"
)

// query is a picture that predict is asked about.
type query struct {
	name string
	open func() (io.ReadCloser, error) // errors do not name it
}

// queriesOf are the pictures of an argument: a file, - for in, or a folder, of which it is
// all files below, in the order of their names, but for those that are hidden.
func queriesOf(name string, in io.Reader) []query {
	if name == "-" {
		return []query{{name, func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}}
	}
	if info, err := os.Stat(name); err != nil || !info.IsDir() {
		return []query{{name, func() (io.ReadCloser, error) { return opened(name) }}}
	}
	folder, err := archive.Of(name)
	if err != nil {
		return []query{{name, func() (io.ReadCloser, error) { return nil, err }}}
	}
	var all []query
	for i, file := range folder.Files {
		if !archive.Hidden(file.Name) {
			all = append(all, query{folder.Name(i), func() (io.ReadCloser, error) { return folder.Read(i) }})
		}
	}
	if all == nil {
		return []query{{name, func() (io.ReadCloser, error) { return nil, errors.New("want pictures in the folder, got none") }}}
	}
	return all
}

// opened is a file.
func opened(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return nil, at.Err
	case err != nil:
		return nil, errors.WithStack(err)
	}
	return f, nil
}
