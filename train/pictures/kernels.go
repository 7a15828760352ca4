package pictures

import (
	"fmt"
	"image"
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/train/internal/caption"
)

// kernelSide is that of a filter, in pixels, about.
const kernelSide = 48

// Kernels draws the filters of the first convolution, numbered from 0 as
// feature maps are: 0 is white, all on one scale. Where the filters have
// several input channels, these are side by side.
func Kernels(net *graph.Network) (image.Image, error) {
	if err := noNetwork(net); err != nil {
		return nil, errors.WithMessage(err, "kernels")
	}
	p := FirstKernels(net)
	if p == nil {
		return nil, errors.New("kernels: want a network with a convolution, got one that has none")
	}
	filters, err := planes(p.Value)
	if err != nil {
		return nil, errors.WithMessage(err, "kernels")
	}
	return drawKernels(kernelsHeading(p), filters), nil
}

// kernelsHeading is such as "conv2d_1: 64 filters 1×3×3".
func kernelsHeading(p *graph.Param) string {
	s := p.Value.Shape()
	return fmt.Sprintf("%s: %s %d×%d×%d", strings.TrimSuffix(p.Name, ofKernels), caption.Count(s[0], "filter"), s[1], s[2], s[3])
}

func drawKernels(head string, filters [][]plane) image.Image {
	most := greatest(filters)
	l := newLetters()
	s := shelf{l: l, columns: sheetColumns(len(filters)), side: kernelSide, top: margin + 68}
	var images []image.Image
	for i, channels := range filters {
		images = append(images, sideBySide(channels, most))
		s.lines = append(s.lines, []string{strconv.Itoa(i)})
	}
	s.image = images[0].Bounds().Size()
	s.side = max(s.side, kernelSide*s.image.X/s.image.Y) // several channels are wide
	before, after := number(-most), number(most)
	c := s.canvas(max(l.width(title, head), l.barLength(before, after)))
	c.text(title, head, margin, margin+10, left, ink)
	c.bar(aroundZero, image.Pt(margin, margin+34), before, after)
	for i, img := range images {
		s.draw(c, i, img)
	}
	return c.RGBA
}

// sheetColumns is how many of n small images go in a row.
func sheetColumns(n int) int {
	if n > 64 {
		return 16
	}
	return 8
}

// greatest is the largest absolute value, or something above 0 if that is 0.
func greatest(filters [][]plane) float64 {
	most := math.SmallestNonzeroFloat32
	for _, channels := range filters {
		for _, p := range channels {
			low, high := p.bounds()
			most = max(most, math.Abs(low), math.Abs(high))
		}
	}
	return most
}

// sideBySide is the channels of a filter, a column of paper between them.
func sideBySide(channels []plane, most float64) image.Image {
	w, h := channels[0].width, channels[0].height
	img := image.NewRGBA(image.Rect(0, 0, len(channels)*(w+1)-1, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for k, p := range channels {
		tile := p.paint(aroundZero, -most, most)
		for i := range w * h {
			img.Set(k*(w+1)+i%w, i/w, tile.At(i%w, i/w))
		}
	}
	return img
}

// number is v as briefly as three digits allow, with a minus sign proper.
func number(v float64) string {
	return strings.Replace(strconv.FormatFloat(v, 'g', 3, 64), "-", "−", 1)
}
