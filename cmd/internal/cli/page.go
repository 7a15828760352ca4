package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	webpage "euryale/train/page"
	"euryale/train/pictures"
)

// addPage declares --page.
func (f *flags) addPage(p *pflag.FlagSet) {
	p.StringVar(&f.Page, "page", "", "write a page of the run, with pictures, to `FILE`")
	f.set = p
}

// checkPage reports, before hours of training, a page that cannot be written or would
// replace a file.
func (f *flags) checkPage() error {
	if f.Page == "" {
		return nil
	}
	if f.JSON != "" && filepath.Clean(f.JSON) == filepath.Clean(f.Page) {
		return usageError{errors.Errorf("--page: want another file than that of --json, got %s", f.Page)}
	}
	page := file{"--page", f.Page}
	if err := page.check(); err != nil || f.Force {
		return err
	}
	return page.checkFree()
}

// writePage writes what --page asks for.
func (f *flags) writePage(ctx context.Context, l Lesson, d *data, o *outcome, out io.Writer) error {
	if f.Page == "" {
		return nil
	}
	r, err := f.pageRun(ctx, l, d, o)
	if err != nil {
		return errors.WithMessage(err, "--page")
	}
	var text bytes.Buffer
	if err := webpage.Write(&text, r); err != nil {
		return errors.WithMessage(err, "--page")
	}
	if err := f.checkPage(); err != nil { // again: training takes long
		return err
	}
	if err := (file{"--page", f.Page}).write(text.Bytes()); err != nil || f.Quiet {
		return err
	}
	_, err = fmt.Fprintf(out, "Wrote %s\n", f.Page)
	return err
}

// pageRun is what the page tells.
func (f *flags) pageRun(ctx context.Context, l Lesson, d *data, o *outcome) (*webpage.Run, error) {
	outputs, err := o.predict(ctx, f, d.test)
	if err != nil {
		return nil, err
	}
	images, err := f.imagesToSee(d.test)
	if err != nil {
		return nil, err
	}
	return &webpage.Run{
		Title:    fmt.Sprintf("%s: the network %s on %s", l.Name, o.net.Name, d.name),
		Training: d.train, Test: d.test, Network: o.net, History: o.history, Metrics: o.test, Outputs: outputs,
		Features: pictures.FeatureConfig{Images: images, Convolution: f.Convolution},
		Settings: f.settings(), Machine: machine(),
	}, nil
}

// settings are the flags that bear on the result, and their values.
func (f *flags) settings() []webpage.Entry {
	var settings []webpage.Entry
	f.set.VisitAll(func(flag *pflag.Flag) {
		if slices.Contains([]string{"help", "json", "quiet", "chart", "pictures", "page", "force", "all-convolutions"}, flag.Name) {
			return
		}
		name, about := pflag.UnquoteUsage(flag)
		settings = append(settings, webpage.Entry{
			Name: strings.TrimSpace("--" + flag.Name + " " + name), Value: flag.Value.String(), About: about,
		})
	})
	return settings
}

// machine is where the program runs.
func machine() []webpage.Entry {
	p := thisProcessor()
	return []webpage.Entry{
		{Name: "Processor", Value: p.Name},
		{Name: "Cores", Value: fmt.Sprint(p.Cores)},
		{Name: "GOMAXPROCS", Value: fmt.Sprint(p.GOMAXPROCS)},
		{Name: "Kernels", Value: p.Kernels},
		{Name: "System", Value: p.OS + "/" + p.Arch},
		{Name: "Go", Value: p.Go},
	}
}
