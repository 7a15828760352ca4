package serve

import (
	"cmp"
	"image"
	"io"
	"slices"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Config is what is served, and how much of it. The zero value of each limit is
// its default.
type Config struct {
	Network *graph.Network
	Name    string // of the model; "" means the network's own, or "model"

	// Picture makes of a picture the bytes of an image of the network's first
	// input, (C, H, W); nil means Resized.
	Picture func(m image.Image, input graph.Shape) ([]uint8, error)

	// Page is the page on which to draw, at GET /; nil means none.
	Page *Page

	Batch int       // most samples run together; 0 means 32
	Log   io.Writer // of what goes wrong inside; nil means nowhere

	MostBody        int64         // bytes of a request; 0 means 8 MiB
	MostPixels      int           // of a picture; 0 means 24 million
	Memory          int64         // bytes of all bodies and pictures that are looked at; 0 means 512 MiB
	MostRequests    int           // at once; 0 means 256
	MostConnections int           // at once, more are answered 503 and closed; 0 means 512
	Stall           time.Duration // without a byte of a body or an answer, after which a connection is cut; 0 means a minute
	Body            time.Duration // in which a body is to come, and a second more for each 16 KiB of it; 0 means 30 s
	Timeout         time.Duration // of a prediction, once the body is there; 0 means 30 s
	Drain           time.Duration // in which what still comes is answered after the end was asked for; 0 means half a second
	Grace           time.Duration // for what then runs; 0 means 10 s
}

func (c Config) withDefaults() (Config, error) {
	if c.Network == nil {
		return c, errors.New("serve: want a network, got none")
	}
	for _, n := range []int64{int64(c.Batch), c.MostBody, int64(c.MostPixels), c.Memory, int64(c.MostRequests), int64(c.MostConnections), int64(c.Stall), int64(c.Body), int64(c.Timeout), int64(c.Drain), int64(c.Grace)} {
		if n < 0 {
			return c, errors.Errorf("serve: want limits of at least 1, or 0 for the default, got %d", n)
		}
	}
	c.Name = cmp.Or(c.Name, c.Network.Config().Name, "model")
	if c.Picture == nil {
		c.Picture = Resized
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	c.Batch = cmp.Or(c.Batch, 32)
	c.MostBody = cmp.Or(c.MostBody, 8<<20)
	c.MostPixels = cmp.Or(c.MostPixels, 24_000_000)
	c.Memory = cmp.Or(c.Memory, 512<<20)
	c.MostRequests = cmp.Or(c.MostRequests, 256)
	c.MostConnections = cmp.Or(c.MostConnections, 512)
	c.Stall = cmp.Or(c.Stall, time.Minute)
	c.Body = cmp.Or(c.Body, 30*time.Second)
	c.Timeout = cmp.Or(c.Timeout, 30*time.Second)
	c.Drain = cmp.Or(c.Drain, time.Second/2)
	c.Grace = cmp.Or(c.Grace, 10*time.Second)
	return c, nil
}

// Resized is a picture resized to the input, whatever its proportions.
func Resized(m image.Image, input graph.Shape) ([]uint8, error) {
	if len(input) != 3 {
		return nil, errors.Errorf("want an array, as the network's input is no image but %v, got a picture", input)
	}
	return loaders.Resize(m, input[0], input[1], input[2])
}

// Prepared are pictures as loaders.Digit or loaders.Garment makes them.
func Prepared(by func(image.Image) (*image.Gray, error)) func(m image.Image, input graph.Shape) ([]uint8, error) {
	return func(m image.Image, input graph.Shape) ([]uint8, error) {
		if want := (graph.Shape{1, 28, 28}); !slices.Equal(input, want) {
			return nil, errors.Errorf("want a network for images of %v, got one for %v", want, input)
		}
		g, err := by(m)
		if err != nil {
			return nil, err
		}
		return g.Pix, nil
	}
}
