package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/nets/filters"
)

// job is one picture to be made.
type job struct {
	path    string
	filters []filters.Filter // in turn, where f.Then; none for a contact sheet
}

// filterPicture makes and writes what the flags ask for.
func filterPicture(ctx context.Context, f *flags, picture string, stdout io.Writer) error {
	jobs, err := f.jobs(picture)
	if err != nil {
		return err
	}
	m, err := load(ctx, picture)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		made, about, err := f.make(ctx, j, title(picture), m)
		if err != nil {
			return errors.WithMessage(err, title(picture))
		}
		if err := save(ctx, j.path, made, f.Force); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "%s: %s\n", j.path, about); err != nil {
			return err
		}
	}
	return nil
}

// title is how a picture is called.
func title(picture string) string {
	if picture == "" {
		return "built-in picture"
	}
	return filepath.Base(picture)
}

// jobs are the pictures to be made, of which none is there yet unless force allows that.
func (f *flags) jobs(picture string) ([]job, error) {
	jobs := []job{{filters: f.filters}}
	if len(f.filters) > 1 && !f.Then {
		if name := f.twice(); name != "" {
			return nil, command.Usagef("--filter: want each filter once, got %s twice", name)
		}
		jobs = nil
		for _, filter := range f.filters {
			jobs = append(jobs, job{filters: []filters.Filter{filter}})
		}
	}
	for i := range jobs {
		var err error
		if jobs[i].path, err = f.path(picture, jobs[i], len(jobs)); err != nil {
			return nil, err
		}
	}
	return jobs, f.checkAbsent(jobs)
}

func (f *flags) checkAbsent(jobs []job) error {
	for _, j := range jobs {
		info, err := os.Stat(j.path)
		if err == nil && info.IsDir() {
			return errors.Errorf("%s is a folder: --out writes elsewhere", j.path)
		}
		if f.Force {
			continue
		}
		if err := absent(j.path); err != nil {
			return err
		}
	}
	return nil
}

// path is where a job's picture goes to.
func (f *flags) path(picture string, j job, jobs int) (string, error) {
	base, folder := "scene", "."
	if picture != "" {
		base, folder = strings.TrimSuffix(filepath.Base(picture), filepath.Ext(picture)), filepath.Dir(picture)
	}
	name := base + "-" + f.suffix(j) + ".png"
	if f.Out == "" {
		return filepath.Join(folder, name), nil
	}
	info, err := os.Stat(f.Out)
	switch {
	case err == nil && info.IsDir():
		return filepath.Join(f.Out, name), nil
	case os.IsPathSeparator(f.Out[len(f.Out)-1]):
		return "", errors.Errorf("--out: there is no folder %s", f.Out)
	case !strings.EqualFold(filepath.Ext(f.Out), ".png"):
		return "", command.Usagef("--out: want a file that ends in .png or a folder that is there, got %s", f.Out)
	case jobs > 1:
		return "", command.Usagef("--out: want a folder that is there for %d pictures, got %s", jobs, f.Out)
	}
	return f.Out, nil
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

// make makes a job's picture, and says how.
func (f *flags) make(ctx context.Context, j job, title string, m image.Image) (made image.Image, about string, err error) {
	switch {
	case len(j.filters) == 0:
		return f.sheet(ctx, title, m)
	case f.Then:
		return f.chain(ctx, j.filters, m)
	}
	made, err = j.filters[0].Apply(ctx, m, f.edges)
	if err != nil {
		return nil, "", err
	}
	about = size(made.Bounds().Size())
	if f.Pool > 0 {
		if made, err = f.pool().Apply(ctx, made); err != nil {
			return nil, "", err
		}
		about += fmt.Sprintf(" → %v → %s", f.pool(), size(made.Bounds().Size()))
	}
	return made, about, nil
}

// chain runs filters as the layers of a network.
func (f *flags) chain(ctx context.Context, all []filters.Filter, m image.Image) (made image.Image, about string, err error) {
	n := filters.Chain{Filters: all, Pool: f.pool(), Edges: f.edges}
	maps, err := n.Apply(ctx, m)
	if err != nil {
		return nil, "", err
	}
	sizes, err := n.Sizes(m.Bounds().Size())
	if err != nil {
		return nil, "", err
	}
	about = size(m.Bounds().Size())
	for i, filter := range all {
		about += fmt.Sprintf(" → %s → ReLU → %v → %s", filter.Name, n.Pool, size(sizes[i]))
	}
	peak := maps.Peak()
	return maps.Image(peak), fmt.Sprintf("%s; white is %.4g", about, peak), nil
}

// size is such as 512×512.
func size(p image.Point) string { return fmt.Sprintf("%d×%d", p.X, p.Y) }
