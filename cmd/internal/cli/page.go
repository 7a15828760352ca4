package cli

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	webpage "euryale/train/page"
	"euryale/train/pictures"
)

// writePage writes what --page asks for, if the network was tested.
func (r *report) writePage(context.Context) error {
	if r.Page == "" || r.test == nil {
		return nil
	}
	run, err := r.pageRun()
	if err != nil {
		return errors.WithMessage(err, "--page")
	}
	var text bytes.Buffer
	if err := webpage.Write(&text, run); err != nil {
		return errors.WithMessage(err, "--page")
	}
	return r.pageFile().write(text.Bytes(), r.replaces(r.Page), r.listener(r.out))
}

// pageRun is what the page tells.
func (r *report) pageRun() (*webpage.Run, error) {
	images, err := r.imagesToSee(r.data.test)
	if err != nil {
		return nil, err
	}
	var validation string
	if v := r.data.validation; v != nil {
		validation = command.Counted(v.Len(), "image", "images") + " held out of training"
	}
	return &webpage.Run{
		Validation: validation,
		Title:      r.pageTitle(),
		Training:   r.data.train, Test: r.data.test, Network: r.net, History: r.history, Metrics: *r.test, Outputs: r.predictions,
		Suspects: r.suspects,
		Features: pictures.FeatureConfig{Images: images, Channel: r.Convolution},
		Settings: r.settings(), Machine: machine(), Finished: time.Now(), Interrupted: r.interrupted,
	}, nil
}

func (r *report) pageTitle() string {
	title := fmt.Sprintf("%s: the network %s on %s", r.lesson.Name, r.net.Config().Name, r.data.called())
	if early := r.early(); early != "" {
		title += ", " + early
	}
	return title
}

// settings are the flags that bear on the result, and their values.
func (f *flags) settings() []webpage.Entry {
	var settings []webpage.Entry
	f.set.VisitAll(func(flag *pflag.Flag) {
		if slices.Contains([]string{"help", "version", "config", "json", "csv", "jsonl", "tensorboard", "quiet", "chart", "pictures", "page", "force", "all-convolutions", "save", "checkpoint", "keep", "checkpoint-every", "resume"}, flag.Name) {
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
