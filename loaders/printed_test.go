package loaders

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"euryale/loaders/drawn"
)

// plain is a dataset of so many images of each class, each of one value: the
// class and the number within it.
func plain(each, classes, channels, h, w int) *Dataset {
	d := &Dataset{Name: "plain", Channels: channels, Height: h, Width: w}
	for c := range classes {
		d.Classes = append(d.Classes, fmt.Sprintf("class number %d of many", c))
	}
	for k := range each {
		for c := range classes {
			d.Labels = append(d.Labels, c)
			for channel := range channels {
				for range h * w {
					d.Images = append(d.Images, uint8(10*c+k+50*channel))
				}
			}
		}
	}
	return d
}

func TestPrinted(t *testing.T) {
	train, _ := RenderedDigits(1, 1200, 0)
	batches := train.Batches(BatchConfig{Size: 500, NoShuffle: true})
	defer batches.Close()
	several := &Batch{N: 2}
	several.Input(0, 3)
	several.Input(1, 1)
	several.Labels(0)
	several.Values(1, 4)
	for _, c := range []struct {
		value any
		want  string
	}{
		{train, "rendered digits, training: 1,200 images of 28×28 in 10 classes, built in: drawn by the program, seed 1"},
		{&Dataset{Name: "MNIST training", Origin: "/data/mnist", Channels: 1, Height: 28, Width: 28, Labels: make([]int, 60000), Classes: make([]string, 10)}, "MNIST training: 60,000 images of 28×28 in 10 classes, from /data/mnist"},
		{&Dataset{Channels: 3, Height: 32, Width: 30, Labels: make([]int, 1)}, "1 image of 32×30 in colour"},
		{&Dataset{Channels: 4, Height: 8, Width: 8, Classes: make([]string, 1)}, "0 images of 4×8×8 in 1 class"},
		{batches, "3 batches of 500 of 1,200 samples"},
		{batches.Next(), "500 samples of 784 values, labels"},
		{several, "2 samples of 3 values and 1 value, labels, targets of 4 values"},
		{several.Targets, "[2 labels 8 values]"},
		{&Batch{}, "0 samples"},
		{drawn.Digits(1, drawn.Training, 3), "3 drawn images of 28×28"},
	} {
		if got := fmt.Sprint(c.value); got != c.want {
			t.Errorf("want %q, got %q", c.want, got)
		}
	}
}

func decoded(t *testing.T, d *Dataset) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(d.PNG()))
	if err != nil {
		t.Fatalf("%v: %v", d, err)
	}
	return img
}

// TestSheet finds the first ten images of each class in its row.
func TestSheet(t *testing.T) {
	for _, channels := range []int{1, 3} {
		d := plain(12, 5, channels, 28, 28)
		img, s := decoded(t, d), newSheet(d)
		left := sheetMargin + s.label + 10
		for c := range 5 {
			for k := range 10 {
				v := uint8(10*c + k)
				want := color.RGBA{v, v, v, 255}
				if channels == 3 {
					want = color.RGBA{v, v + 50, v + 100, 255}
				}
				for _, at := range []image.Point{{0, 0}, {55, 55}} {
					at = at.Add(image.Pt(left+k*60, sheetMargin+c*60))
					if got := color.RGBAModel.Convert(img.At(at.X, at.Y)); got != want {
						t.Fatalf("%d channels, class %d, image %d at %v: want %v, got %v", channels, c, k, at, want, got)
					}
				}
			}
		}
	}
}

// TestSheetIsBounded has large images, many classes, and neither.
func TestSheetIsBounded(t *testing.T) {
	for _, d := range []*Dataset{
		plain(1, 3, 1, 300, 200), plain(1, 2, 3, 20, 1000), plain(1, 100, 1, 28, 28), plain(11, 4, 1, 80, 80),
		plain(2, 2, 1, 1, 1), plain(0, 3, 1, 28, 28), plain(1, 20, 1, 90, 90), plain(1, 30, 1, 64, 64),
	} {
		size := decoded(t, d).Bounds().Size()
		if size.X > 1000 || size.Y > 20*84+50 || size.X < 100 {
			t.Errorf("%v: want a sheet of at most 1,000×1,730, got %v", d, size)
		}
	}
	unnamed := plain(3, 1, 1, 28, 28)
	unnamed.Classes, unnamed.Labels = nil, []int{0, 7, 3}
	img := decoded(t, unnamed)
	for k := range 3 {
		if got := color.GrayModel.Convert(img.At(sheetMargin+k*60+5, sheetMargin+5)).(color.Gray).Y; got != uint8(k) {
			t.Errorf("image %d without classes: want %d, got %d", k, k, got)
		}
	}
	broken := plain(2, 2, 1, 4, 4)
	broken.Images = broken.Images[1:]
	if broken.PNG() != nil {
		t.Error("want no sheet of a dataset whose sizes do not agree")
	}
}

// TestSheetOfFew leaves out classes without images, and room for none.
func TestSheetOfFew(t *testing.T) {
	d := plain(4, 10, 1, 28, 28)
	few := *d
	few.Images, few.Labels = nil, nil
	for _, i := range []int{7, 17, 27, 3} {
		few.Images = append(few.Images, d.Image(i)...)
		few.Labels = append(few.Labels, d.Labels[i])
	}
	s := newSheet(&few)
	if len(s.rows) != 2 || s.names[0] != s.fit(d.Classes[3]) || s.names[1] != s.fit(d.Classes[7]) {
		t.Errorf("want rows of classes 3 and 7, got %q", s.names)
	}
	want := image.Pt(sheetMargin+s.label+10+3*60-sheetGap+sheetMargin, 2*sheetMargin+2*60-sheetGap)
	if got := decoded(t, &few).Bounds().Size(); got != want {
		t.Errorf("want room for three images in two rows, %v, got %v", want, got)
	}
	if got := len(newSheet(plain(0, 3, 1, 28, 28)).rows); got != 3 {
		t.Errorf("want the names of the classes where there is no image, got %d rows", got)
	}
}
