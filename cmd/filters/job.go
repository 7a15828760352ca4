package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"path/filepath"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/internal/picture"
	"euryale/nets/filters"
)

// job is one picture to be made.
type job struct {
	path    string
	filters []filters.Filter // in turn, where f.Then; none for a contact sheet
}

// filterPicture makes and writes what the flags ask for, and tells on stderr
// how far that is.
func filterPicture(ctx context.Context, f *flags, name string, stdout, stderr io.Writer) error {
	jobs, err := f.jobs(name)
	if err != nil {
		return err
	}
	p := newProgress(stderr)
	defer p.close()
	ctx = filters.WithProgress(ctx, p.report)
	p.begin("reading " + title(name))
	from, err := load(ctx, name, stderr)
	if err != nil {
		return err
	}
	for i, j := range jobs {
		where := ""
		if len(jobs) > 1 {
			where = fmt.Sprintf("%d of %d: ", i+1, len(jobs))
		}
		p.begin(where + f.suffix(j))
		made, about, err := f.make(ctx, j, title(name), from.Image)
		if err != nil {
			return errors.WithMessage(err, title(name))
		}
		p.begin(where + "writing " + j.path)
		if err := save(ctx, j.path, &picture.Picture{Image: made, Colour: from.Colour}, f.Force); err != nil {
			return err
		}
		p.clear()
		if _, err := fmt.Fprintf(stdout, "%s: %s\n", j.path, about); err != nil {
			return err
		}
	}
	return nil
}

// title is how a picture is called.
func title(name string) string {
	if name == "" {
		return "built-in picture"
	}
	return filepath.Base(name)
}

// jobs are the pictures to be made, of which none is there yet unless force
// allows that.
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
	return jobs, f.checkFree(jobs)
}

// checkFree reports files that are in the way, and such as cannot be written.
func (f *flags) checkFree(jobs []job) error {
	for _, j := range jobs {
		if err := writable(j.path, f.namesFile(j.path)); err != nil {
			return err
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
	if j.filters[0].Name == kernelName {
		about = asRead(j.filters[0]) + ": " + about
	}
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
		about += fmt.Sprintf(" → %s → ReLU → %v → %s", called(filter), n.Pool, size(sizes[i]))
	}
	peak := maps.Peak()
	return maps.Image(peak), fmt.Sprintf("%s; white is %.4g", about, peak), nil
}

// size is such as 512×512.
func size(p image.Point) string { return fmt.Sprintf("%d×%d", p.X, p.Y) }
