package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"euryale/internal/decimal"
	"euryale/loaders"
)

// examination is what data tells, and --json writes.
type examination struct {
	Dataset    string       `json:"dataset"`
	Classes    []classCount `json:"classes"`
	Training   partFigures  `json:"training"`
	Test       partFigures  `json:"test"`
	Duplicates duplicates   `json:"duplicates"`
}

// classCount is how many images of a class there are.
type classCount struct {
	Name     string `json:"name"`
	Training int    `json:"training"`
	Test     int    `json:"test"`
}

// partFigures are those of one part. Mean and deviation are of each channel, of pixels
// from 0 black to 1 white.
type partFigures struct {
	Images    int       `json:"images"`
	Channels  int       `json:"channels"`
	Height    int       `json:"height"`
	Width     int       `json:"width"`
	Mean      []float64 `json:"mean"`
	Deviation []float64 `json:"deviation"`
	SHA256    string    `json:"sha256"` // the dataset's Checksum
}

// duplicates are images with the same pixels.
type duplicates struct {
	Training int         `json:"within_training"` // images that are there before in the part
	Test     int         `json:"within_test"`
	Between  int         `json:"between"` // test images that are in training
	Groups   [][]copying `json:"groups"`
}

// copying is one of several images with the same pixels.
type copying struct {
	Part  string `json:"part"`
	Index int    `json:"index"`
	File  string `json:"file,omitempty"`
	Class string `json:"class"`
}

// lookOver looks at all images.
func lookOver(ctx context.Context, d *data) (*examination, error) {
	found := &examination{Dataset: d.name}
	train, test := tally(d.train), tally(d.test)
	for i, name := range d.train.Classes {
		found.Classes = append(found.Classes, classCount{name, train[i], test[i]})
	}
	seen := map[[sha256.Size]byte][]copying{}
	var order [][sha256.Size]byte // in which groups come
	for _, part := range []struct {
		name    string
		of      *loaders.Dataset
		figures *partFigures
	}{{"training", d.train, &found.Training}, {"test", d.test, &found.Test}} {
		m := newMoments(part.of.Channels)
		err := eachImage(ctx, part.of, func(i int, pixels []uint8) {
			m.add(pixels)
			sum := sha256.Sum256(pixels)
			if len(seen[sum]) == 1 {
				order = append(order, sum)
			}
			seen[sum] = append(seen[sum], copying{part.name, i, part.of.File(i), part.of.Classes[part.of.Labels[i]]})
		})
		if err != nil {
			return nil, err
		}
		*part.figures = partFigures{
			Images: part.of.Len(), Channels: part.of.Channels, Height: part.of.Height, Width: part.of.Width, SHA256: part.of.Checksum(),
		}
		part.figures.Mean, part.figures.Deviation = m.figures()
	}
	found.Duplicates.Groups = [][]copying{}
	for _, sum := range order {
		found.Duplicates.add(seen[sum])
	}
	return found, nil
}

// add counts a group.
func (d *duplicates) add(group []copying) {
	d.Groups = append(d.Groups, group)
	training := 0
	for _, c := range group {
		if c.Part == "training" {
			training++
		}
	}
	test := len(group) - training
	d.Training += max(training-1, 0)
	d.Test += max(test-1, 0)
	if training > 0 {
		d.Between += test
	}
}

// tally counts the images of each class.
func tally(d *loaders.Dataset) []int {
	counts := make([]int, len(d.Classes))
	for _, label := range d.Labels {
		counts[label]++
	}
	return counts
}

// taken is how many images are looked at together, of which decoded ones lie in memory.
const taken = 256

// eachImage calls do with the bytes of each image, in order.
func eachImage(ctx context.Context, d *loaders.Dataset, do func(i int, pixels []uint8)) error {
	for start := 0; start < d.Len(); start += taken {
		if err := ctx.Err(); err != nil {
			return err
		}
		index := make([]int, min(taken, d.Len()-start))
		for k := range index {
			index[k] = start + k
		}
		some, err := d.Take(index)
		if err != nil {
			return err
		}
		for k := range index {
			do(start+k, some.Image(k))
		}
	}
	return nil
}

// moments are sums of each channel, exact in whole numbers.
type moments struct {
	n            uint64 // pixels a channel
	sum, squares []uint64
}

func newMoments(channels int) *moments {
	return &moments{sum: make([]uint64, channels), squares: make([]uint64, channels)}
}

func (m *moments) add(pixels []uint8) {
	plane := len(pixels) / len(m.sum)
	m.n += uint64(plane)
	for i, v := range pixels {
		c := i / plane
		m.sum[c] += uint64(v)
		m.squares[c] += uint64(v) * uint64(v)
	}
}

// figures are the mean and the deviation of each channel.
func (m *moments) figures() (mean, deviation []float64) {
	for c := range m.sum {
		n := float64(max(m.n, 1))
		u := float64(m.sum[c]) / n
		mean = append(mean, u/255)
		deviation = append(deviation, math.Sqrt(max(float64(m.squares[c])/n-u*u, 0))/255)
	}
	return mean, deviation
}

// groupsShown is how many groups of duplicates are printed, and copies of each.
const groupsShown = 20

// String is what is printed.
func (e *examination) String() string {
	var b strings.Builder
	rows := [][]string{{"class", "training", "test"}}
	for _, c := range e.Classes {
		rows = append(rows, []string{c.Name, grouped(c.Training), grouped(c.Test)})
	}
	b.WriteString(columns(append(rows, []string{"all", grouped(e.Training.Images), grouped(e.Test.Images)}), 1, 2))
	if few := slices.MinFunc(e.Classes, func(a, b classCount) int { return a.Training - b.Training }); few.Training == 0 {
		fmt.Fprintf(&b, "Of %s there is no training image.\n", quotable(few.Name))
	}
	for _, part := range []struct {
		name string
		of   partFigures
	}{{"Training", e.Training}, {"Test", e.Test}} {
		p := part.of
		fmt.Fprintf(&b, "%s: %s of %d×%d×%d, mean %s, deviation %s\n  SHA-256 %s\n", part.name, decimal.Count(p.Images, "image", "images"), p.Channels, p.Height, p.Width, decimals(p.Mean), decimals(p.Deviation), p.SHA256)
	}
	b.WriteString(e.Duplicates.String())
	return b.String()
}

func grouped(n int) string { return decimal.Group(int64(n)) }

// String lists the groups.
func (d duplicates) String() string {
	if len(d.Groups) == 0 {
		return "Duplicates: none\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Duplicates: %s within training, %s within test, %s in training\n", grouped(d.Training), grouped(d.Test), decimal.Count(d.Between, "test image that is", "test images that are"))
	for _, group := range d.Groups[:min(groupsShown, len(d.Groups))] {
		b.WriteString("  " + groupLine(group) + "\n")
	}
	if more := len(d.Groups) - groupsShown; more > 0 {
		fmt.Fprintf(&b, "  and %s, which --json lists\n", decimal.Count(more, "more group", "more groups"))
	}
	return b.String()
}

// groupLine is a group in a line, which begins with the word if its images are of
// different classes: one label at least is wrong.
func groupLine(group []copying) string {
	var all []string
	differ := ""
	for _, c := range group {
		if c.Class != group[0].Class {
			differ = "different classes: "
		}
		if len(all) == groupsShown {
			continue
		}
		text := c.Part + " " + strconv.Itoa(c.Index) + " (" + quotable(c.Class)
		if c.File != "" {
			text += ", " + quotable(c.File)
		}
		all = append(all, text+")")
	}
	if more := len(group) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("and %s more", grouped(more)))
	}
	return differ + strings.Join(all, ", ")
}
