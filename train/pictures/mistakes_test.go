package pictures

import (
	"image"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// slowWorst takes the surest of what is left, time and again.
func slowWorst(labels []int, outputs [][]float32, n int) []Mistake {
	var worst []Mistake
	taken := map[int]bool{}
	for len(worst) < n {
		best := -1
		for i, row := range outputs {
			k := slowPrediction(row)
			if k == labels[i] || taken[i] {
				continue
			}
			if best < 0 || row[k] > outputs[best][slowPrediction(outputs[best])] {
				best = i
			}
		}
		if best < 0 {
			break
		}
		taken[best] = true
		k := slowPrediction(outputs[best])
		worst = append(worst, Mistake{best, labels[best], k, float64(outputs[best][k])})
	}
	return worst
}

func TestWorstMistakes(t *testing.T) {
	labels, outputs := guesses(400, 5)
	copy(outputs[200:], outputs[:100]) // equals, which keep the order of the dataset
	copy(labels[200:], labels[:100])
	for _, n := range []int{0, 1, 36, 1000} {
		got, err := WorstMistakes(labels, outputs, n)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slowWorst(labels, outputs, n), got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d mistakes (-want +got):\n%s", n, diff)
		}
	}
	_, err := WorstMistakes(labels, outputs[:1], 1)
	wantError(t, err, "pictures: want outputs of all 400 images, got 1")
}

// TestConfidenceOfLogits has a network that does not end in Softmax.
func TestConfidenceOfLogits(t *testing.T) {
	got, err := WorstMistakes([]int{0, 0, 1}, [][]float32{{1, 3, -2}, {1000, 0, 1001}, {0, 1, 0}}, 9)
	if err != nil {
		t.Fatal(err)
	}
	want := []Mistake{
		{0, 0, 1, math.Exp(3) / (math.Exp(1) + math.Exp(3) + math.Exp(-2))},
		{1, 0, 2, math.E / (1 + math.E)},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

// wrong are outputs that take each image of one label for another, the later
// the surer.
func wrong(labels []int) [][]float32 {
	outputs := make([][]float32, len(labels))
	for i, l := range labels {
		p := 0.51 + 0.4*float32(i)/float32(len(labels))
		outputs[i] = make([]float32, 3)
		outputs[i][(l+1)%3], outputs[i][l] = p, 1-p
	}
	return outputs
}

// TestMistakes finds the pixels of the images in the order of the outputs.
func TestMistakes(t *testing.T) {
	for _, n := range []int{1, 4, 6, 7, 36, 50} {
		data := shapes(n, 1, 8)
		img, err := Mistakes(data, wrong(data.Labels))
		if err != nil {
			t.Fatal(err)
		}
		wantMargin(t, img)
		places := picturesIn(img, image.Pt(8*14, 8*14))
		if len(places) != min(n, 36) {
			t.Fatalf("%d mistakes: want as many images, 36 at most, got %d at %v", n, len(places), places)
		}
		for i, at := range places {
			for p, v := range data.Image(n - 1 - i) {
				got, _, _, _ := img.At(at.X+p%8*14+7, at.Y+p/8*14+7).RGBA()
				if uint8(got>>8) != v {
					t.Fatalf("%d mistakes: image %d: want pixel %d to be %d, got %d", n, i, p, v, got>>8)
				}
			}
		}
	}
}

// picturesIn finds the frames around images of a given size, row by row.
func picturesIn(img image.Image, size image.Point) []image.Point {
	var found []image.Point
	b := img.Bounds()
	framed := func(x, y int) bool { return apart(img.At(x, y), faint) == 0 }
	for y := 1; y+size.Y < b.Max.Y; y++ {
		for x := 1; x+size.X < b.Max.X; x++ {
			corner := framed(x-1, y-1) && framed(x, y-1) && framed(x-1, y) && !framed(x, y)
			if corner && framed(x+size.X, y+size.Y) && framed(x+size.X, y-1) && framed(x-1, y+size.Y) {
				found = append(found, image.Pt(x, y))
			}
		}
	}
	return found
}

func TestMistakesHeading(t *testing.T) {
	for _, tt := range []struct {
		mistakes, images int
		want             string
	}{
		{0, 1, "No mistakes in 1 image"},
		{0, 10_000, "No mistakes in 10,000 images"},
		{1, 1, "1 mistake in 1 image: true class → predicted class"},
		{36, 1_000, "36 mistakes in 1,000 images, the surest first: true class → predicted class"},
		{1_070, 10_000, "36 surest of 1,070 mistakes in 10,000 images: true class → predicted class"},
	} {
		if got := mistakesHeading(tt.mistakes, tt.images); got != tt.want {
			t.Errorf("want %q, got %q", tt.want, got)
		}
	}
}

func TestNoMistakes(t *testing.T) {
	data := shapes(3, 1, 8)
	img, err := Mistakes(data, [][]float32{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	wantMargin(t, img)
	golden(t, "no-mistakes", img)
}

func TestMistakesGolden(t *testing.T) {
	data := shapes(7, 1, 8)
	img, err := Mistakes(data, wrong(data.Labels))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "mistakes", img)
}
