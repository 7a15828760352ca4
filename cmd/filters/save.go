package main

import (
	"bufio"
	"context"
	"image"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
)

// save writes a picture to a PNG file, whole or not at all. With force it
// replaces a file that is there.
func save(ctx context.Context, path string, m image.Image, force bool) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".filters-*")
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) { // it names a file that the user did not
			err = at.Err
		}
		return errors.Wrapf(err, "cannot write %s", path)
	}
	defer os.Remove(f.Name()) // unless it has become path
	err = encode(ctx, f, m)
	if e := f.Close(); err == nil {
		err = e
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err != nil {
		return errors.Wrapf(err, "cannot write %s", path)
	}
	return settle(f.Name(), path, force)
}

func encode(ctx context.Context, w io.Writer, m image.Image) error {
	buffered := bufio.NewWriterSize(interruptibleWriter{ctx, w}, 1<<16)
	if err := png.Encode(buffered, m); err != nil {
		return err
	}
	return buffered.Flush()
}

// settle moves a temporary file to its place.
func settle(from, to string, force bool) error {
	if force {
		return os.Rename(from, to)
	}
	// A link, unlike a renaming, replaces nothing that has come to be there meanwhile.
	if err := os.Link(from, to); err == nil {
		return nil
	}
	// It is there, or the file system has no links.
	if err := absent(to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// absent is an error if there is a file at path.
func absent(path string) error {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return errors.Errorf("%s exists: --force replaces it, --out writes elsewhere", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// interruptibleWriter writes until ctx ends.
type interruptibleWriter struct {
	ctx context.Context
	w   io.Writer
}

func (w interruptibleWriter) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.w.Write(p)
}
