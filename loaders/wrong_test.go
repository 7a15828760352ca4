package loaders

import (
	"testing"

	"euryale/internal/wrong"
)

// TestFieldsAskedWrongly asks the structs that are filled in by a caller.
func TestFieldsAskedWrongly(t *testing.T) {
	own := greys("a/1.png", "b/2.png").folder(t)
	d := counted(5)
	d.Labels = d.Labels[:0]
	d.Images = d.Images[:0]
	wrong.Fields{
		Subjects: []wrong.Subject{
			{Of: BatchConfig{}, Ask: func(c any) error {
				b := counted(5).Batches(c.(BatchConfig))
				defer b.Close()
				b.Next()
				return b.Err()
			}},
			{Of: Options{TrainSamples: 1, TestSamples: 1}, Ask: func(o any) error {
				_, _, err := Load(t.Context(), "rendered-digits", o.(Options))
				return err
			}},
			{Of: OpenConfig{Height: 1, Width: 1, Channels: 1, TrainSamples: 2, TestSamples: 1}, Ask: func(c any) error {
				_, _, err := Open(t.Context(), own, c.(OpenConfig))
				return err
			}},
			{Of: d, Ask: func(d any) error { return d.(*Dataset).Check() }, As: map[string][]string{
				"Channels": {"images"}, "Height": {"images"}, "Width": {"images"}, "Labels": {"images"},
			}},
		},
		Right: []string{
			"BatchConfig.Size: 9223372036854775807", "BatchConfig.Epoch: 9223372036854775807", "BatchConfig.Skip: 9223372036854775807",
			"OpenConfig.TrainSamples: 9223372036854775807", "OpenConfig.TestSamples: 9223372036854775807", // all that there are
		},
		Answers: []string{"Batch", "Fold", "FormatError", "Images", "LocatedFile", "Location", "SettingError", "Target", "Unreadable", "UnreadableError"},
	}.Run(t, ".")
}

func TestAskedWrongly(t *testing.T) {
	var none *Dataset
	_, _, split := none.Split(0.5, 1)
	_, _, train := Load(t.Context(), "rendered-digits", Options{TrainSamples: -1})
	_, _, test := MNIST(t.Context(), Options{TestSamples: -2})
	huge := counted(5)
	huge.Channels, huge.Height, huge.Width = 1<<32, 1<<32, 1
	next := func(b *Batches) error {
		defer b.Close()
		if b.Next() != nil {
			t.Error("want no batch")
		}
		return b.Err()
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{split, "want a dataset, got nil"},
		{none.Check(), "want a dataset, got nil"},
		{train, "rendered-digits: want TrainSamples of at least 1, or 0 for all, got -1"},
		{test, "MNIST: want TestSamples of at least 1, or 0 for all, got -2"},
		{huge.Check(), "numbered: want images of at most 2³¹ bytes, got 4294967296×4294967296×1"},
		{next(NewBatches(nil, BatchConfig{})), "batches: want a source, got nil"},
		{next(NewBatches(none, BatchConfig{})), "batches: want a source, got nil"},
		{next(counted(5).Batches(BatchConfig{Size: -5})), "batches: want a Size of at least 1, or 0 for 32, got -5"},
		{next(counted(5).Batches(BatchConfig{Epoch: -1})), "batches: want an Epoch of at least 1, or 0 for 1, got -1"},
		{next(counted(5).Batches(BatchConfig{Skip: -1})), "batches: want a Skip of at least 0, got -1"},
	} {
		wantError(t, tt.err, tt.want)
	}
}
