package drawn

import (
	"bytes"
	"math"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kinds is everything that is drawn, for tests that hold for all.
var kinds = []struct {
	name string
	draw func(seed uint64, split Split, n int) *Set
}{
	{"digits", Digits},
	{"garments", Garments},
}

// first is the set of the first n images.
func (s *Set) first(n int) *Set { return &Set{s.Images[:n*Side*Side], s.Labels[:n]} }

// TestBits holds the drawings to what they have been, so that results on them
// compare. The sums leave room for rounding.
func TestBits(t *testing.T) {
	for _, want := range []struct {
		name           string
		seed           uint64
		training, test int // sums of pixels
		labels         []uint8
	}{
		{"digits", 1, 14041470, 5496392, []uint8{3, 5, 8, 2, 7, 1, 6, 4, 0, 9, 2, 3}},
		{"digits", 7, 14055766, 5556079, []uint8{5, 0, 3, 4, 9, 2, 1, 8, 7, 6, 8, 2}},
		{"garments", 1, 17065015, 6940585, []uint8{3, 5, 8, 2, 7, 1, 6, 4, 0, 9, 2, 3}},
		{"garments", 7, 16957065, 7153700, []uint8{5, 0, 3, 4, 9, 2, 1, 8, 7, 6, 8, 2}},
	} {
		draw := Digits
		if want.name == "garments" {
			draw = Garments
		}
		training, test := draw(want.seed, Training, 500), draw(want.seed, Test, 200)
		if diff := cmp.Diff(want.labels, training.Labels[:12]); diff != "" {
			t.Errorf("%s, seed %d: labels (-want +got):\n%s", want.name, want.seed, diff)
		}
		for _, sum := range []struct{ want, got int }{{want.training, total(training)}, {want.test, total(test)}} {
			if d := sum.want - sum.got; d > 300 || d < -300 {
				t.Errorf("%s, seed %d: want pixels that add up to %d, got %d", want.name, want.seed, sum.want, sum.got)
			}
		}
	}
}

// total is the sum of all pixels.
func total(s *Set) int {
	sum := 0
	for _, v := range s.Images {
		sum += int(v)
	}
	return sum
}

func TestCounts(t *testing.T) {
	for _, k := range kinds {
		for _, n := range []int{-20, 0, 1, 23} {
			s := k.draw(1, Training, n)
			if want := max(n, 0); len(s.Labels) != want || len(s.Images) != want*Side*Side {
				t.Errorf("%s: want %d images, got %d labels and %d bytes", k.name, want, len(s.Labels), len(s.Images))
			}
		}
	}
}

func TestDeterminism(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			procs := runtime.GOMAXPROCS(1)
			defer runtime.GOMAXPROCS(procs)
			one := k.draw(7, Training, 203)
			runtime.GOMAXPROCS(4)
			if four := k.draw(7, Training, 203); !cmp.Equal(one, four) {
				t.Error("one and four goroutines draw different images")
			}
		})
	}
}

func TestSeed(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			a, b := k.draw(1, Training, 100), k.draw(2, Training, 100)
			if bytes.Equal(a.Labels, b.Labels) {
				t.Error("seeds 1 and 2 give the classes the same order")
			}
			if n := sharedImages(a, b); n > 0 {
				t.Errorf("seeds 1 and 2 share %d of 100 images", n)
			}
		})
	}
}

func TestPrefix(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			few, more := k.draw(3, Test, 57), k.draw(3, Test, 140)
			if !cmp.Equal(few, more.first(57)) {
				t.Error("a larger set does not begin with the smaller one")
			}
		})
	}
}

func TestSplitsShareNothing(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			train, test := k.draw(5, Training, 1500), k.draw(5, Test, 1500)
			if n := sharedImages(train, test); n > 0 {
				t.Errorf("%d test images are in the training set", n)
			}
			if bytes.Equal(train.Labels, test.Labels) {
				t.Error("both splits have the classes in the same order")
			}
		})
	}
}

// sharedImages counts the images of b that are in a too, and those that a holds
// twice.
func sharedImages(a, b *Set) int {
	seen := map[string]bool{}
	for i := range len(a.Labels) {
		seen[string(a.image(i))] = true
	}
	n := len(a.Labels) - len(seen)
	for i := range len(b.Labels) {
		if seen[string(b.image(i))] {
			n++
		}
	}
	return n
}

func TestBalance(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			for _, split := range []Split{Training, Test} {
				d := k.draw(11, split, 200)
				sorted := 0
				for first := 0; first < len(d.Labels); first += 10 {
					ten := d.Labels[first : first+10]
					var count [10]int
					for _, l := range ten {
						count[l]++
					}
					if want := [10]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; count != want {
						t.Errorf("split %d: want each class once in images %d to %d, got %v", split, first, first+9, count)
					}
					if bytes.Equal(ten, d.Labels[:10]) {
						sorted++
					}
				}
				if sorted > 2 {
					t.Errorf("split %d: %d tens have the classes in one order, want them shuffled", split, sorted)
				}
			}
		})
	}
}

func TestBrightness(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			d := k.draw(13, Training, 3000)
			for i := range len(d.Labels) {
				sum, brightest := 0, uint8(0)
				for _, v := range d.image(i) {
					sum += int(v)
					brightest = max(brightest, v)
				}
				mean := float64(sum) / (Side * Side)
				if mean < 4 || mean > 160 || brightest < 80 {
					t.Errorf("image %d of class %d: mean %.1f, brightest %d: want 4 to 160, and 80 at least",
						i, d.Labels[i], mean, brightest)
				}
			}
		})
	}
}

// The pictures must be learnable, and not so easily that the average of each
// class tells them apart.
func TestDifficulty(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			train, test := k.draw(17, Training, 3000), k.draw(17, Test, 1000)
			means := classMeans(train)
			for a := range means {
				for b := range a {
					if d := math.Sqrt(squaredDistance(means[a], means[b])); d < 100 {
						t.Errorf("the mean images of classes %d and %d are %.0f apart, want 100", a, b, d)
					}
				}
			}
			right := 0
			for i := range len(test.Labels) {
				if nearestMean(means, pixelFloats(test.image(i))) == int(test.Labels[i]) {
					right++
				}
			}
			share := float64(right) / float64(len(test.Labels))
			t.Logf("nearest mean: %.1f %% right", 100*share)
			if share < 0.35 || share > 0.85 {
				t.Errorf("want the nearest mean right in 35 to 85 %% of images, got %.1f %%", 100*share)
			}
		})
	}
}

// classMeans is the mean image of each class.
func classMeans(d *Set) [][]float64 {
	means, count := make([][]float64, Classes), make([]float64, Classes)
	for c := range means {
		means[c] = make([]float64, Side*Side)
	}
	for i, l := range d.Labels {
		count[l]++
		for j, v := range pixelFloats(d.image(i)) {
			means[l][j] += (v - means[l][j]) / count[l]
		}
	}
	return means
}

func pixelFloats(image []uint8) []float64 {
	f := make([]float64, len(image))
	for i, v := range image {
		f[i] = float64(v)
	}
	return f
}

func nearestMean(means [][]float64, image []float64) int {
	best, least := 0, math.Inf(1)
	for c, m := range means {
		if d := squaredDistance(m, image); d < least {
			best, least = c, d
		}
	}
	return best
}

func squaredDistance(a, b []float64) float64 {
	var sum float64
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum
}

func BenchmarkDraw(b *testing.B) {
	for _, k := range kinds {
		b.Run(k.name, func(b *testing.B) {
			const n = 1000
			for b.Loop() {
				k.draw(1, Training, n)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/image")
		})
	}
}
