package drawn

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"euryale/internal/decimal"
)

// Side is the height and width of an image, in pixels, as in MNIST.
const Side = 28

// Classes is how many there are: ten digits, ten kinds of garment.
const Classes = 10

// Split is one of two sets of images that a seed gives.
type Split uint8

// The splits: images to learn from, and others to measure with.
const (
	Training Split = iota
	Test
)

// Set is images, Side×Side bytes each, 0 black and 255 white, one after the
// other; and the class of each, below Classes.
type Set struct {
	Images []uint8
	Labels []uint8
}

// String is such as 1,200 drawn images of 28×28.
func (s *Set) String() string {
	return fmt.Sprintf("%s drawn images of %d×%d", decimal.Group(int64(len(s.Labels))), Side, Side)
}

// newSet is a set of n images to be drawn, none if n is negative.
func newSet(n int) *Set {
	n = max(n, 0)
	return &Set{Images: make([]uint8, n*Side*Side), Labels: make([]uint8, n)}
}

// image returns the bytes of image i.
func (s *Set) image(i int) []uint8 { return s.Images[i*Side*Side : (i+1)*Side*Side] }

// painter draws one image of the given class on an empty canvas.
type painter func(c *canvas, class int)

// drawSet paints n images on as many goroutines as may run at once. Each image
// has a generator of its own, so that neither the number of goroutines nor n
// changes any of them.
func drawSet(paint painter, s imageSeed, n int) *Set {
	set := newSet(n)
	n = len(set.Labels)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		wg.Go(func() {
			c := newCanvas()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				class := s.class(i)
				c.reset(s.generator(i))
				paint(c, class)
				c.write(set.image(i))
				set.Labels[i] = uint8(class)
			}
		})
	}
	wg.Wait()
	return set
}

// imageSeed is what the generators of one split are derived from.
type imageSeed struct {
	seed  uint64
	split Split
}

// generator is the source of everything random in image i.
func (s imageSeed) generator(i int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, 4*uint64(i)+2*uint64(s.split)))
}

// class deals the classes out like cards: the first images hold each class
// once, in random order, and so do every so many after them.
func (s imageSeed) class(i int) int {
	deal := rand.New(rand.NewPCG(s.seed, 4*uint64(i/Classes)+2*uint64(s.split)+1))
	return deal.Perm(Classes)[i%Classes]
}
