package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
)

// readNetwork reads the file of --load: an ONNX model where its name says so, by its
// ending, as that of --save does.
func readNetwork(path string) (net *graph.Network, err error) {
	if ending(path) == onnxEnding {
		net, err = graph.ReadONNX(path, graph.ONNXConfig{})
	} else {
		net, err = graph.Load(path)
	}
	return net, errors.WithMessage(err, "--load")
}

// loadTrained is the network in the file of --load, which tells classes of
// pictures apart.
func loadTrained(cmd, path string) (*graph.Network, error) {
	if path == "" {
		return nil, command.Usagef("%s: want the file of a trained network, --load FILE, got none", cmd)
	}
	net, err := readNetwork(path)
	if err != nil {
		return nil, err
	}
	in, out := net.Inputs(), net.Outputs()
	if len(in) != 1 || !isImage(in[0].Shape) {
		return nil, errors.Errorf("--load: %s: want a network of one image, of 1 or 3 channels, got %s", path, shapes(in))
	}
	if len(out[0].Shape) != 1 || out[0].Shape[0] < 2 {
		return nil, errors.Errorf("--load: %s: want a network of classes, got the output %v", path, out[0].Shape)
	}
	return net, nil
}

// tellClasses tells, of a network that is not the lesson's, whose classes it tells: a
// picture is prepared as the lesson's are, and may be none that the network knows.
func tellClasses(l Lesson, net *graph.Network, path string, stderr io.Writer) {
	if l.Own {
		return
	}
	training, _ := l.drawn(0, 0)
	classes := net.Details().Classes
	if len(classes) == 0 || slices.Equal(classes, training.Classes) {
		return
	}
	fmt.Fprintf(stderr, "%s: --load: %s: the network tells %s, and the pictures of %s are of %s\n",
		l.Name, path, quotable(some(classes)), l.Name, some(training.Classes))
}

// drawn are the first images of the lesson's built-in dataset.
func (l Lesson) drawn(train, test int) (trainSet, testSet *loaders.Dataset) {
	if strings.Contains(l.BuiltIn, "garments") {
		return loaders.RenderedGarments(1, train, test)
	}
	return loaders.RenderedDigits(1, train, test)
}

// quotable is a file's text as a terminal may have it.
func quotable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		return strconv.QuoteToGraphic(text)
	}
	return text
}

// shapes are those of ports, in words.
func shapes(ports []graph.Port) string {
	var all []string
	for _, p := range ports {
		all = append(all, fmt.Sprint(p.Shape))
	}
	return strings.Join(all, ", ")
}
