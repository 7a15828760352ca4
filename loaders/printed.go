package loaders

import (
	"fmt"
	"strings"

	"euryale/internal/decimal"
)

// String is such as MNIST training: 60,000 images of 28×28 in 10 classes, from
// /data/mnist.
func (d *Dataset) String() string {
	text := decimal.Count(d.Len(), "image", "images") + " of " + d.dimensions()
	if d.Name != "" {
		text = d.Name + ": " + text
	}
	if len(d.Classes) > 0 {
		text += " in " + decimal.Count(len(d.Classes), "class", "classes")
	}
	switch {
	case strings.HasPrefix(d.Origin, "built in"):
		text += ", " + d.Origin
	case d.Origin != "":
		text += ", from " + d.Origin
	}
	return text
}

// dimensions is 28×28 of grey images, 32×32 in colour, else with the channels
// before.
func (d *Dataset) dimensions() string {
	switch d.Channels {
	case 1:
		return fmt.Sprintf("%d×%d", d.Height, d.Width)
	case 3:
		return fmt.Sprintf("%d×%d in colour", d.Height, d.Width)
	}
	return fmt.Sprintf("%d×%d×%d", d.Channels, d.Height, d.Width)
}

// String is such as 32 samples of 784 values, labels.
func (b *Batch) String() string {
	text := decimal.Count(b.N, "sample", "samples")
	for i, in := range b.Inputs {
		if i == 0 {
			text += " of "
		} else {
			text += " and "
		}
		text += decimal.Count(len(in)/max(b.N, 1), "value", "values")
	}
	for _, t := range b.Targets {
		text += ", "
		if t.Labels != nil {
			text += "labels"
		} else {
			text += "targets of " + decimal.Count(len(t.Values)/max(b.N, 1), "value", "values")
		}
		if len(t.Weights) > 0 {
			text += " with weights"
		}
	}
	return text
}

// String is how many labels or values there are.
func (t Target) String() string {
	if t.Labels != nil {
		return decimal.Count(len(t.Labels), "label", "labels")
	}
	return decimal.Count(len(t.Values), "value", "values")
}

// String is such as 1,875 batches of 32 of 60,000 samples.
func (b *Batches) String() string {
	return fmt.Sprintf("%s of %s of %s", decimal.Count(b.Len(), "batch", "batches"), decimal.Group(int64(b.size)), decimal.Count(len(b.order), "sample", "samples"))
}
