package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/picture"
)

// sample is what a request asks about: the first input, and the bytes of the image
// that it was made of, if any.
type sample struct {
	values []float32
	pixels []uint8
}

// sampleOf reads a picture or JSON.
func (s *Server) sampleOf(ctx context.Context, body []byte, c *claim) (*sample, error) {
	if len(s.config.Network.Inputs()) > 1 {
		return nil, badRequest(errors.Errorf("want a network of one input, got one of %d: use /v2/models/%s/infer", len(s.config.Network.Inputs()), s.config.Name))
	}
	if start := bytes.TrimLeft(body, " \t\r\n"); len(start) > 0 && (start[0] == '[' || start[0] == '{') {
		if err := c.take(int64(8 * len(body))); err != nil { // strings of digits become numbers
			return nil, err
		}
		return s.array(start)
	}
	return s.picture(ctx, body, c)
}

// picture makes a sample of a picture's file.
func (s *Server) picture(ctx context.Context, file []byte, c *claim) (*sample, error) {
	size, err := picture.Size(file)
	if err != nil {
		return nil, badRequest(err)
	}
	if size.X < 1 || size.Y < 1 || size.X > s.config.MostPixels/size.Y {
		return nil, statusError{http.StatusRequestEntityTooLarge, errors.Errorf("want a picture of at most %d pixels, got %d×%d", s.config.MostPixels, size.X, size.Y)}
	}
	if err := c.take(16 * int64(size.X) * int64(size.Y)); err != nil { // as it is decoded, and upright
		return nil, err
	}
	p, err := picture.Read(ctx, bytes.NewReader(file))
	if err != nil {
		return nil, badRequest(err)
	}
	pixels, err := s.config.Picture(p.Image, s.input.Shape)
	if err != nil {
		return nil, badRequest(err)
	}
	return &sample{s.scaled(pixels), pixels}, nil
}

// scaled are pixels as the network takes them.
func (s *Server) scaled(pixels []uint8) []float32 {
	return s.details.Input.Float32s(pixels, s.input.Shape[0])
}

// array makes a sample of JSON.
func (s *Server) array(body []byte) (*sample, error) {
	if body[0] == '{' {
		var in struct {
			Image json.RawMessage `json:"image"`
		}
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, badRequest(errors.Wrap(err, "want JSON"))
		}
		if body = in.Image; len(body) == 0 {
			return nil, badRequest(errors.New(`want {"image": [[…]]}, got an object without image`))
		}
	}
	values, err := numbers(body, s.input.Shape)
	if err != nil {
		return nil, badRequest(err)
	}
	if !isImage(s.input.Shape) {
		return &sample{values: values}, nil
	}
	return s.pixels(values)
}

// isImage says whether a picture can be shown in that shape.
func isImage(s graph.Shape) bool { return len(s) == 3 && (s[0] == 1 || s[0] == 3) }

// pixels scales pixels that came as numbers.
func (s *Server) pixels(values []float32) (*sample, error) {
	in := &sample{pixels: make([]uint8, len(values))}
	plane := len(values) / s.input.Shape[0]
	for i, v := range values {
		if !(v >= 0 && v <= 255) {
			return nil, badRequest(errors.Errorf("want pixels from 0 to 255, got %v", v))
		}
		in.pixels[i] = uint8(v)
		in.values = append(in.values, float32(s.details.Input.Apply(float64(v), i/plane)))
	}
	return in, nil
}
