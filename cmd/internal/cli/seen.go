package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/near"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// seen are the flags of how the network is shown images.
type seen struct {
	Augment   string `json:"augment,omitempty"`
	Normalize string `json:"normalize,omitempty"`
}

// The words that --augment and --normalize take besides lists.
const (
	noneOf   = "none"
	measured = "measured"
)

// addSeen declares them.
func (f *flags) addSeen(p *pflag.FlagSet) {
	f.addAugment(p)
	p.StringVar(&f.Normalize, "normalize", noneOf, "scale pixels by `HOW`: none, measured, or MEAN:DEV")
	p.Lookup("normalize").DefValue = "" // said already
}

// addAugment declares --augment.
func (f *flags) addAugment(p *pflag.FlagSet) {
	p.StringVar(&f.Augment, "augment", noneOf, "vary training images by `TEXT`: flip,shift=2,...")
	p.Lookup("augment").DefValue = ""
}

// checkSeen reports the first of them that cannot be understood.
func (f *flags) checkSeen() error {
	if _, err := f.pipeline(); err != nil {
		return err
	}
	_, err := f.constants()
	return err
}

// constants are what --normalize gives as numbers; nil where it gives none.
func (f *flags) constants() (*graph.Scaling, error) {
	switch f.Normalize {
	case "", noneOf, measured:
		return nil, nil
	}
	mean, deviation, ok := strings.Cut(f.Normalize, ":")
	s := &graph.Scaling{Most: 255}
	var errMean, errDeviation error
	s.Mean, errMean = numbers(mean)
	s.Deviation, errDeviation = numbers(deviation)
	if !ok || errMean != nil || errDeviation != nil {
		return nil, command.Usagef("--normalize: want measured, none or MEAN:DEV, such as 0.5:0.25, got %q%s", f.Normalize, near.Hint(f.Normalize, "", measured, noneOf))
	}
	for _, v := range s.Deviation {
		if v <= 0 {
			return nil, command.Usagef("--normalize: want a deviation above 0, got %v", v)
		}
	}
	return s, nil
}

// numbers are those of a list with commas between them.
func numbers(list string) ([]float64, error) {
	var all []float64
	for _, text := range strings.Split(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, errors.Errorf("want a number, got %q", text)
		}
		all = append(all, v)
	}
	return all, nil
}

// see decides how the network is shown the images of d, and tells: as the flags say,
// else as that of --load was trained.
func (f *flags) see(d *data, out io.Writer) (err error) {
	out = f.listener(out)
	if d.pipeline, err = f.pipeline(); err != nil {
		return err
	}
	if len(d.pipeline) > 0 {
		fmt.Fprintf(out, "Augmentation: %s\n", d.pipeline)
	}
	if d.scaling, err = f.scaling(d.train); err != nil {
		return errors.WithMessage(err, "--normalize")
	}
	if normalises(d.scaling) {
		fmt.Fprintf(out, "Normalisation: mean %s, deviation %s\n", decimals(d.scaling.Mean), decimals(d.scaling.Deviation))
	}
	return errors.WithMessage(d.checkShown(), "--normalize")
}

// scaling is what becomes of pixels.
func (f *flags) scaling(d *loaders.Dataset) (graph.Scaling, error) {
	s := graph.Scaling{Most: 255}
	given, err := f.constants()
	switch {
	case err != nil:
		return s, err
	case f.begunWith != nil && (f.set.Lookup("normalize") == nil || !f.set.Changed("normalize")):
		if s = f.begunWith.Details().Input; s.Most == 0 {
			s.Most = 255
		}
	case given != nil:
		s = *given
	case f.Normalize == measured:
		if s.Mean, s.Deviation, err = augment.Measure(d); err != nil {
			return s, err
		}
	}
	for _, n := range []int{len(s.Mean), len(s.Deviation)} {
		if n > 1 && n != d.Channels {
			return s, command.Usagef("want a number, or one for each of %d channels, got %d", d.Channels, n)
		}
	}
	return s, nil
}

// normalises says whether pixels become something else than 0 black to 1 white.
func normalises(s graph.Scaling) bool { return s.Most != 255 || len(s.Mean)+len(s.Deviation) > 0 }

// decimals are numbers with commas between them.
func decimals(values []float64) string {
	if len(values) == 0 {
		return noneOf
	}
	var all []string
	for _, v := range values {
		all = append(all, strconv.FormatFloat(v, 'f', 4, 64))
	}
	return strings.Join(all, ", ")
}
