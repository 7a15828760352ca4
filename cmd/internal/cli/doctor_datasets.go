package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
	"euryale/loaders"
)

// dataset is what was found of a published dataset.
type dataset struct {
	Name     string        `json:"name"`
	Sound    bool          `json:"sound"` // all four files are the published ones
	Folder   string        `json:"folder,omitempty"`
	Searched []string      `json:"searched"`
	Problem  string        `json:"problem,omitempty"`
	Files    []datasetFile `json:"files"`
}

// datasetFile is one of its files. A file that is missing has no path.
type datasetFile struct {
	Name      string `json:"name"`
	Path      string `json:"path,omitempty"`
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256,omitempty"` // of the content, uncompressed
	Published bool   `json:"published"`
	Problem   string `json:"problem,omitempty"`
}

func newDataset(l loaders.Location) dataset {
	d := dataset{Name: l.Name, Sound: l.Err == nil, Folder: l.Dir, Searched: append([]string{}, l.Searched...), Problem: text(l.Err)}
	for _, f := range l.Files {
		d.Files = append(d.Files, datasetFile{f.Name, f.Path, f.Size, f.SHA256, f.Err == nil, text(f.Err)})
	}
	return d
}

// text is what err says, "" if there is none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// datasets is the fifth section, the last.
func (c *checkup) datasets(ctx context.Context) error {
	c.out.printf("\nDatasets\n")
	found, err := loaders.Locate(ctx, loaders.Options{Dir: c.flags.Dir})
	if err != nil {
		return err
	}
	for _, l := range found {
		d := newDataset(l)
		c.found.Datasets = append(c.found.Datasets, d)
		c.out.printf("%s", wrapped(2, d.heading(errors.Is(l.Err, loaders.ErrUnavailable))))
		if d.Folder == "" {
			continue
		}
		c.out.printf("    %-26s  %10s  %s\n", "file", "bytes", "SHA-256, uncompressed")
		for _, f := range d.Files {
			c.out.printf("%s", f)
		}
	}
	return nil
}

// heading says where the dataset is, and what becomes of one that is nowhere.
func (d dataset) heading(download bool) string {
	h := d.Name + " in " + d.Folder
	switch {
	case d.Folder == "":
		h = d.Name + ": " + d.Problem
	case !d.complete():
		h += ", incomplete"
	}
	if download {
		h += "; training will download it"
	}
	return h
}

func (d dataset) complete() bool {
	return !slices.ContainsFunc(d.Files, func(f datasetFile) bool { return f.Path == "" })
}

// String is a line, and more if there is more to a problem. The sum is cut
// short: in full it would not leave room for the name.
func (f datasetFile) String() string {
	if f.Path == "" {
		return fmt.Sprintf("    %-26s  %10s\n", f.Name, f.Problem)
	}
	sum, verdict, more := "-", "as published", ""
	if f.SHA256 != "" {
		sum = f.SHA256[:16] + "…"
	}
	if !f.Published {
		verdict, more = "not as published:", wrapped(6, strings.TrimPrefix(f.Problem, f.Path+": "))
	}
	return fmt.Sprintf("    %-26s  %10s  %-17s  %s\n", filepath.Base(f.Path), decimal.Group(f.Bytes), sum, verdict) + more
}
