package loaders

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// rendered is every built-in dataset, for tests that hold for all.
var rendered = []struct {
	name   string
	render func(seed uint64, train, test int) (trainSet, testSet *Dataset)
}{
	{"digits", RenderedDigits},
	{"garments", RenderedGarments},
}

func ExampleRenderedDigits() {
	train, test := RenderedDigits(1, 100, 20)
	for _, d := range []*Dataset{train, test} {
		fmt.Printf("%s: %d images of %d×%d×%d\n", d.Name, d.Len(), d.Height, d.Width, d.Channels)
	}
	fmt.Println(train.Origin)
	// Output:
	// rendered digits, training: 100 images of 28×28×1
	// rendered digits, test: 20 images of 28×28×1
	// built in: drawn by the program, seed 1
}

func ExampleRenderedGarments() {
	train, test := RenderedGarments(1, 100, 20)
	fmt.Println(train.Name, train.Len())
	fmt.Println(test.Name, test.Len())
	fmt.Println(test.Classes)
	// Output:
	// rendered garments, training 100
	// rendered garments, test 20
	// [T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle boot]
}

func TestRenderedCounts(t *testing.T) {
	for _, r := range rendered {
		for _, c := range []struct{ train, test, wantTrain, wantTest int }{
			{0, 0, 0, 0}, {-1, -20, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}, {23, 7, 23, 7},
		} {
			t.Run(fmt.Sprintf("%s/%d,%d", r.name, c.train, c.test), func(t *testing.T) {
				train, test := r.render(1, c.train, c.test)
				if train.Len() != c.wantTrain || test.Len() != c.wantTest {
					t.Errorf("want %d and %d images, got %d and %d", c.wantTrain, c.wantTest, train.Len(), test.Len())
				}
				for _, d := range []*Dataset{train, test} {
					if err := d.Check(); err != nil {
						t.Error(err)
					}
					if d.Channels != 1 || d.Height != 28 || d.Width != 28 || len(d.Classes) != 10 {
						t.Errorf("want 1×28×28 in 10 classes, got %d×%d×%d in %d", d.Channels, d.Height, d.Width, len(d.Classes))
					}
				}
			})
		}
	}
}

func TestRenderedDeterminism(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			procs := runtime.GOMAXPROCS(1)
			defer runtime.GOMAXPROCS(procs)
			train1, test1 := r.render(7, 203, 51)
			runtime.GOMAXPROCS(4)
			train4, test4 := r.render(7, 203, 51)
			if !cmp.Equal(train1, train4) || !cmp.Equal(test1, test4) {
				t.Error("one and four goroutines draw different images")
			}
		})
	}
}

func TestRenderedSeed(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			a, _ := r.render(1, 100, 0)
			b, _ := r.render(2, 100, 0)
			if bytes.Equal(a.Labels, b.Labels) {
				t.Error("seeds 1 and 2 give the classes the same order")
			}
			if n := sharedImages(a, b); n > 0 {
				t.Errorf("seeds 1 and 2 share %d of 100 images", n)
			}
		})
	}
}

func TestRenderedPrefix(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			train, test := r.render(3, 57, 33)
			more, moreTest := r.render(3, 140, 90)
			if !cmp.Equal(train, more.First(57)) || !cmp.Equal(test, moreTest.First(33)) {
				t.Error("a larger set does not begin with the smaller one")
			}
		})
	}
}

func TestRenderedSplitsShareNothing(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			train, test := r.render(5, 1500, 1500)
			if n := sharedImages(train, test); n > 0 {
				t.Errorf("%d test images are in the training set", n)
			}
			if bytes.Equal(train.Labels, test.Labels) {
				t.Error("both splits have the classes in the same order")
			}
		})
	}
}

// sharedImages counts the images of b that are in a too, and those that a holds twice.
func sharedImages(a, b *Dataset) int {
	seen := map[string]bool{}
	for i := range a.Len() {
		seen[string(a.Image(i))] = true
	}
	n := a.Len() - len(seen)
	for i := range b.Len() {
		if seen[string(b.Image(i))] {
			n++
		}
	}
	return n
}

func TestRenderedBalance(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			train, test := r.render(11, 200, 100)
			for _, d := range []*Dataset{train, test} {
				sorted := 0
				for first := 0; first < d.Len(); first += 10 {
					ten := d.Labels[first : first+10]
					var count [10]int
					for _, l := range ten {
						count[l]++
					}
					if want := [10]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; count != want {
						t.Errorf("%s: want each class once in images %d to %d, got %v", d.Name, first, first+9, count)
					}
					if bytes.Equal(ten, d.Labels[:10]) {
						sorted++
					}
				}
				if sorted > 2 {
					t.Errorf("%s: %d tens have the classes in one order, want them shuffled", d.Name, sorted)
				}
			}
		})
	}
}

func TestRenderedBrightness(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			d, _ := r.render(13, 3000, 0)
			for i := range d.Len() {
				sum, brightest := 0, uint8(0)
				for _, v := range d.Image(i) {
					sum += int(v)
					brightest = max(brightest, v)
				}
				mean := float64(sum) / float64(d.size())
				if mean < 4 || mean > 160 || brightest < 80 {
					t.Errorf("image %d (%s): mean %.1f, brightest %d: want 4 to 160, and 80 at least",
						i, d.Classes[d.Labels[i]], mean, brightest)
				}
			}
		})
	}
}

// The pictures must be learnable, and not so easily that the average of each
// class tells them apart.
func TestRenderedDifficulty(t *testing.T) {
	for _, r := range rendered {
		t.Run(r.name, func(t *testing.T) {
			train, test := r.render(17, 3000, 1000)
			means := classMeans(train)
			for a := range means {
				for b := range a {
					if d := math.Sqrt(squaredDistance(means[a], means[b])); d < 100 {
						t.Errorf("the mean images of %s and %s are %.0f apart, want 100", train.Classes[a], train.Classes[b], d)
					}
				}
			}
			right := 0
			for i := range test.Len() {
				if nearestMean(means, pixelFloats(test.Image(i))) == int(test.Labels[i]) {
					right++
				}
			}
			share := float64(right) / float64(test.Len())
			t.Logf("nearest mean: %.1f %% right", 100*share)
			if share < 0.35 || share > 0.85 {
				t.Errorf("want the nearest mean right in 35 to 85 %% of images, got %.1f %%", 100*share)
			}
		})
	}
}

// classMeans is the mean image of each class.
func classMeans(d *Dataset) [][]float64 {
	means, count := make([][]float64, len(d.Classes)), make([]float64, len(d.Classes))
	for c := range means {
		means[c] = make([]float64, d.size())
	}
	for i, l := range d.Labels {
		count[l]++
		for j, v := range pixelFloats(d.Image(i)) {
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

func TestRenderedGaussian(t *testing.T) {
	for _, sigma := range []float64{0.3, 1, 4} {
		k := gaussian(sigma)
		sum := -k[0]
		for i, v := range k {
			sum += 2 * v
			if want := k[0] * math.Exp(-float64(i*i)/(2*sigma*sigma)); math.Abs(v-want) > 1e-12 {
				t.Errorf("sigma %g, tap %d: want %g, got %g", sigma, i, want, v)
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("sigma %g: the kernel sums to %g, want 1", sigma, sum)
		}
	}
}

// slowSmooth is smooth as a convolution with the two-dimensional kernel.
func slowSmooth(field []float64, kernel []float64) []float64 {
	out := make([]float64, len(field))
	m := len(kernel) - 1
	for y := range renderedSide {
		for x := range renderedSide {
			for j := max(-m, -y); j <= min(m, renderedSide-1-y); j++ {
				for i := max(-m, -x); i <= min(m, renderedSide-1-x); i++ {
					k := kernel[max(i, -i)] * kernel[max(j, -j)]
					out[y*renderedSide+x] += k * field[(y+j)*renderedSide+x+i]
				}
			}
		}
	}
	return out
}

func TestRenderedSmooth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, sigma := range []float64{0.4, 1.5, 4} {
		var field, work [renderedSide * renderedSide]float64
		for i := range field {
			field[i] = r.NormFloat64()
		}
		want := slowSmooth(field[:], gaussian(sigma))
		smooth(&field, &work, gaussian(sigma))
		if diff := cmp.Diff(want, field[:], cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("sigma %g: -want +got:\n%s", sigma, diff)
		}
	}
}

// The deviation asked for is that of the displacement away from the border.
func TestRenderedElasticDeviation(t *testing.T) {
	c := newCanvas()
	c.reset(rand.New(rand.NewPCG(3, 4)))
	var sum float64
	const runs, want = 2000, 1.5
	for range runs {
		c.displace(&c.dx, want)
		v := c.dx[14*renderedSide+14]
		sum += v * v
	}
	if got := math.Sqrt(sum / runs); math.Abs(got-want) > 0.1 {
		t.Errorf("want a deviation of %g pixels, got %.2f", want, got)
	}
}

func TestRenderedWarp(t *testing.T) {
	for _, c := range []struct {
		name string
		distortion
		tolerance float64 // pixels
	}{
		{"still", distortion{size: 10}, 1e-9},
		{"affine", distortion{size: 10, rotate: 0.4, shear: 0.3, scale: 0.2, shift: 3}, 1e-9},
		{"elastic", distortion{size: 10, rotate: 0.4, shear: 0.3, scale: 0.2, shift: 3, elastic: 1}, 1.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			canvas := newCanvas()
			for i := range uint64(20) {
				canvas.reset(rand.New(rand.NewPCG(5, i)))
				canvas.distort(c.distortion)
				for _, at := range []int{8, 14, 20} {
					got := canvas.toPixels(canvas.fromPixels(at, 14))
					if d := math.Hypot(got.x-float64(at)-0.5, got.y-14.5); d > c.tolerance {
						t.Errorf("pixel (%d, 14) comes back %.2g pixels away, want %g at most", at, d, c.tolerance)
					}
				}
			}
		})
	}
}

// A square of known place covers its pixels and no others, half of one where its
// edge runs through the middle; a hole in it stays empty.
func TestRenderedFill(t *testing.T) {
	c := newCanvas()
	c.reset(rand.New(rand.NewPCG(1, 1)))
	c.distort(distortion{size: 10})
	square := []point{{-0.45, -0.4}, {0.4, -0.4}, {0.4, 0.4}, {-0.45, 0.4}}
	hole := []point{{-0.1, -0.1}, {-0.1, 0.1}, {0.1, 0.1}, {0.1, -0.1}}
	c.fill(plain(0.8), square, hole)
	for _, want := range []struct {
		x, y int
		v    float64
	}{{10, 10, 0.8}, {17, 17, 0.8}, {9, 12, 0.4}, {18, 12, 0}, {8, 12, 0}, {12, 9, 0}, {13, 13, 0}, {14, 14, 0}, {12, 14, 0.8}} {
		if got := c.pix[want.y*renderedSide+want.x]; math.Abs(got-want.v) > 0.01 {
			t.Errorf("pixel (%d, %d): want %g, got %g", want.x, want.y, want.v, got)
		}
	}
}

func BenchmarkRendered(b *testing.B) {
	for _, r := range rendered {
		b.Run(r.name, func(b *testing.B) {
			const n = 1000
			for b.Loop() {
				r.render(1, n, 0)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/image")
		})
	}
}
