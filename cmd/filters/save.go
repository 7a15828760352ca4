package main

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
	"euryale/internal/picture"
)

// save writes a picture to a PNG file, in a folder that is made if need be,
// whole or not at all. With force it replaces a file that is there.
func save(ctx context.Context, path string, p *picture.Picture, force bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return errors.Wrapf(cause(err), "cannot write %s", path)
	}
	var there error
	err := atomicfile.WriteFunc(path, func(w io.Writer) error {
		if err := encode(ctx, w, p); err != nil {
			return err
		}
		if !force { // it may have come to be there while the picture was made
			there = absent(path)
		}
		return there
	})
	switch {
	case there != nil:
		return there
	case ctx.Err() != nil && err != nil:
		return ctx.Err()
	}
	return err
}

func encode(ctx context.Context, w io.Writer, p *picture.Picture) error {
	buffered := bufio.NewWriterSize(interruptibleWriter{ctx, w}, 1<<16)
	if err := picture.WritePNG(buffered, p.Image, p.Colour); err != nil {
		return err
	}
	return buffered.Flush()
}

// absent is an error if there is a file at path that would be lost. A pipe or a
// device is not.
func absent(path string) error {
	if special(path) {
		return nil
	}
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return errors.Errorf("%s exists: --force replaces it, --out writes elsewhere", path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// special reports whether path is a pipe or a device.
func special(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && !info.Mode().IsRegular()
}

// writable reports, before there is anything to write, why path cannot be
// written, as far as that can be known. Its folder is made if need be, but where
// the file was named: there a folder that is missing is one misspelt.
func writable(path string, named bool) error {
	if isFolder(path) {
		return errors.Errorf("%s is a folder: --out writes elsewhere", path)
	}
	// The folders of path that are not there yet are to be made in this one.
	at := path
	for !named {
		folder := filepath.Dir(at)
		if _, err := os.Stat(folder); err == nil || folder == at {
			break
		}
		at = folder
	}
	if err := atomicfile.Check(at); err != nil {
		return errors.Wrapf(cause(err), "cannot write %s", path)
	}
	return nil
}

// cause is an error without the file that it names, which is another than the
// user's.
func cause(err error) error {
	err = errors.Cause(err)
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
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
