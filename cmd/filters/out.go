package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"euryale/cmd/internal/command"
)

// otherEndings are of pictures that are not written.
var otherEndings = []string{".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".svg"}

// path is where a job's picture goes to.
func (f *flags) path(picture string, j job, jobs int) (string, error) {
	base, folder := "scene", "."
	if picture != "" {
		base, folder = strings.TrimSuffix(filepath.Base(picture), filepath.Ext(picture)), filepath.Dir(picture)
	}
	if strings.HasPrefix(picture, "/dev/") { // such as what is piped in
		folder = "."
	}
	name := base + "-" + f.suffix(j) + ".png"
	ending := strings.ToLower(filepath.Ext(f.Out))
	switch {
	case f.Out == "":
		return filepath.Join(folder, name), nil
	case f.Out == "-":
		return "", command.Usagef("--out: want a file or a folder, got -, and nothing writes a picture to standard output")
	case isFolder(f.Out) || os.IsPathSeparator(f.Out[len(f.Out)-1]):
		return filepath.Join(f.Out, name), nil
	case slices.Contains(otherEndings, ending):
		return "", command.Usagef("--out: want a name that ends in .png, or a folder, got %s", f.Out)
	case jobs > 1 && (ending == ".png" || special(f.Out)):
		return "", command.Usagef("--out: want a folder for %d pictures, got %s", jobs, f.Out)
	case jobs > 1:
		return filepath.Join(f.Out, name), nil
	case ending == ".png" || special(f.Out):
		return f.Out, nil
	}
	return f.Out + ".png", nil
}

// namesFile reports whether --out names the file at path, not its folder.
func (f *flags) namesFile(path string) bool {
	return f.Out != "" && (path == f.Out || path == f.Out+".png")
}

// suffix is what a picture's name says of how it was made.
func (f *flags) suffix(j job) string {
	words := []string{"filters"}
	if len(j.filters) > 0 {
		words = nil
		for _, filter := range j.filters {
			words = append(words, filter.Name)
		}
	}
	if f.Then {
		words = append(words, "then")
	}
	switch {
	case f.Pool > 1 && f.Average:
		words = append(words, fmt.Sprintf("average%d", f.Pool))
	case f.Pool > 1:
		words = append(words, fmt.Sprintf("pool%d", f.Pool))
	}
	return strings.Join(words, "-")
}
