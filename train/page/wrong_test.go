package page

import (
	"io"
	"testing"

	"euryale/train/pictures"
)

// TestAskedWrongly leaves out what a page cannot be without. Nothing is written.
func TestAskedWrongly(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		change     func(r *Run)
	}{
		{"training", "page: want Run.Training, got nil", func(r *Run) { r.Training = nil }},
		{"test", "page: want Run.Test, got nil", func(r *Run) { r.Test = nil }},
		{"network", "page: want Run.Network, got nil", func(r *Run) { r.Network = nil }},
		{"outputs", "train: scores: want outputs of all 4 images, got 1", func(r *Run) { r.Outputs = r.Outputs[:1] }},
		{"image", "feature maps: Own test: want images from 0 to 3, got 4", func(r *Run) { r.Features = pictures.FeatureConfig{Images: []int{4}} }},
	} {
		r := run(t)
		tt.change(r)
		n := new(counter)
		if err := Write(n, r); err == nil || err.Error() != tt.want || *n > 0 {
			t.Errorf("%s: want error %q and nothing written, got %v and %d bytes", tt.name, tt.want, err, *n)
		}
	}
	if err := Write(io.Discard, nil); err == nil || err.Error() != "page: want a Run, got nil" {
		t.Errorf("no run: got %v", err)
	}
	if err := Write(nil, run(t)); err == nil || err.Error() != "page: want a writer, got nil" {
		t.Errorf("no writer: got %v", err)
	}
}

// counter counts bytes.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
