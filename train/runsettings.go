package train

import (
	"fmt"
	"strconv"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
	"euryale/loaders"
)

// runSetting is one of what a run's bits hang on, besides the network.
type runSetting struct {
	Name  string
	Value string
	Sum   string // what tells it from others, where Value does not
}

// summing is a source that can tell itself from others, as a *loaders.Dataset can.
type summing interface{ Checksum() string }

// runSettings are those of a Config with its defaults filled in.
func (c Config) runSettings(data loaders.Source) []runSetting {
	all := []runSetting{
		{"Batch", strconv.Itoa(c.Batch), ""},
		{"Accumulate", strconv.Itoa(max(c.Accumulate, 1)), ""},
		{"Seed", strconv.FormatUint(c.Seed, 10), ""}, // by which data may be drawn
		{"the data", describeSource(data), sumOf(data)},
		{"NoShuffle", strconv.FormatBool(c.NoShuffle), ""},
		{"Optimizer", fmt.Sprint(c.Optimizer), ""},
		{"Loss", fmt.Sprint(c.Loss), ""},
		{"Clip", fmt.Sprint(c.Clip), ""},
		{"Average", fmt.Sprint(c.Average), ""},
		{"ValidateEvery", strconv.Itoa(c.ValidateEvery), ""},
	}
	if c.Validation != nil {
		all = append(all, runSetting{validationSetting, describeSource(c.Validation), sumOf(c.Validation)})
	}
	return all
}

// validationSetting may be there in one run and not in another.
const validationSetting = "the validation data"

func describeSource(s loaders.Source) string {
	n := decimal.Group(int64(s.Len()))
	if d := datasetOf(s); d != nil {
		text := fmt.Sprintf("%s, %s images of %d×%d×%d in %d classes", d.Name, n, d.Channels, d.Height, d.Width, len(d.Classes))
		if how, ok := s.(fmt.Stringer); ok && s != loaders.Source(d) {
			text += ", " + how.String()
		}
		return text
	}
	return fmt.Sprintf("%s samples of a %T", n, s)
}

// sumOf is the source's checksum, or what there is in its place.
func sumOf(s loaders.Source) string {
	if k, ok := s.(summing); ok {
		return k.Checksum()
	}
	return describeSource(s)
}

// checkSame reports the first in which a run that is to go on differs from what it
// was.
func checkSame(was, now []runSetting) error {
	of := map[string]runSetting{}
	for _, s := range now {
		of[s.Name] = s
	}
	for _, want := range was {
		got, ok := of[want.Name]
		switch {
		case !ok && want.Name == validationSetting:
		case want.Sum == got.Sum && (want.Sum != "" || want.Value == got.Value):
		case want.Value == got.Value:
			return errors.Errorf("%s: want those of the run, %s, checksum %.12s, got others of checksum %.12s", want.Name, want.Value, want.Sum, got.Sum)
		default:
			return errors.Errorf("%s: want %s, as the run has, got %s", want.Name, want.Value, got.Value)
		}
	}
	return nil
}
