package cli

import (
	"image"
	"slices"

	"github.com/pkg/errors"

	"euryale/cmd/internal/serve"
	"euryale/graph"
	"euryale/loaders"
)

// preparationKey is where a model's file says how a picture was made an image of the
// size that the network takes: as one of fits says, or as the lesson digits or fashion
// does.
const preparationKey = "preparation"

// preparations are those of lessons.
var preparations = map[string]func(image.Image) (*image.Gray, error){
	"digit":   loaders.Digit,
	"garment": loaders.Garment,
}

// preparationOf is what the file of a network says, "" where it does not.
func preparationOf(net *graph.Network) string { return net.Details().Metadata[preparationKey] }

// preparation is how the pictures of this run were prepared.
func (l Lesson) preparation(f *flags) string {
	if l.Own {
		return f.Fit
	}
	return l.Prepared
}

// preparer makes of a picture what the network was trained on: as its file says. Where
// that says nothing, images of a lesson's size are the lesson's, and others resized.
func (l Lesson) preparer(net *graph.Network) (func(m image.Image, input graph.Shape) ([]uint8, error), error) {
	how := preparationOf(net)
	if how == "" && slices.Equal(net.Inputs()[0].Shape, graph.Shape{1, 28, 28}) {
		how = l.Prepared
	}
	if by := preparations[how]; by != nil {
		return serve.Prepared(by), nil
	}
	if how == "" {
		how = "stretch" // as other programs resize
	}
	fit, err := loaders.ParseFit(how)
	if err != nil {
		return nil, errors.Errorf("want pictures prepared by one of digit, garment, %s, as the file says, got %q", "inside, fill, stretch", how)
	}
	return func(m image.Image, input graph.Shape) ([]uint8, error) {
		return fit.Image(m, input[0], input[1], input[2])
	}, nil
}

// isImage says whether a picture can be of that shape.
func isImage(s graph.Shape) bool { return len(s) == 3 && (s[0] == 1 || s[0] == 3) }
