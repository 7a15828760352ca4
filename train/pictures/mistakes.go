package pictures

import (
	"cmp"
	"image"
	"path"
	"path/filepath"
	"slices"

	"github.com/pkg/errors"

	"euryale/loaders"
	"euryale/train/internal/caption"
	"euryale/train/internal/prediction"
)

// Mistake is an image that the network takes for another class.
type Mistake struct {
	Index      int     // of the image, in the dataset
	Label      int     // its class
	Predicted  int     // the class of the largest output
	Confidence float64 // probability of that class, by the network, 0 to 1
}

// WorstMistakes are the n mistakes of the greatest confidence, the greatest
// first, of equals the one that comes first in the dataset; fewer if there are
// fewer. outputs are those of train.Predict; the confidence is the output, or
// its softmax where the outputs are not probabilities.
func WorstMistakes(labels []int, outputs [][]float32, n int) ([]Mistake, error) {
	if n < 0 {
		return nil, errors.Errorf("pictures: want a number of mistakes of 0 or more, got %d", n)
	}
	if err := agree(labels, outputs); err != nil {
		return nil, err
	}
	var all []Mistake
	for i, row := range outputs {
		if k := prediction.Largest(row); k != labels[i] {
			all = append(all, Mistake{Index: i, Label: labels[i], Predicted: k, Confidence: probability(row, k)})
		}
	}
	slices.SortStableFunc(all, func(a, b Mistake) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return all[:min(n, len(all))], nil
}

// Positions are those of the images in the dataset.
func Positions(mistakes []Mistake) []int {
	at := make([]int, len(mistakes))
	for i, m := range mistakes {
		at[i] = m.Index
	}
	return at
}

// The mistakes drawn, and the side of an image in pixels, about.
const (
	mistakesAcross = 6
	mistakesShown  = mistakesAcross * mistakesAcross
	mistakeSide    = 112
)

// Mistakes draws the 36 mistakes of the greatest confidence, each with its
// class, what the network takes it for and how sure it is. Without a mistake it
// says so.
func Mistakes(data *loaders.Dataset, outputs [][]float32) (image.Image, error) {
	if err := data.CheckImages(); err != nil {
		return nil, errors.WithMessage(err, "mistakes")
	}
	worst, err := WorstMistakes(data.Labels, outputs, data.Len())
	if err != nil {
		return nil, errors.WithMessage(err, "mistakes")
	}
	return drawMistakes(data, worst[:min(len(worst), mistakesShown)], mistakesHeading(len(worst), data.Len()), false)
}

// Suspects draws images whose labels a network contradicts, as WorstMistakes finds them
// among those that it was trained on, the first 36: each with its class, what the network
// takes it for, how sure it is, and its file or its place. Without one it says so.
func Suspects(data *loaders.Dataset, suspects []Mistake) (image.Image, error) {
	if err := data.CheckImages(); err != nil {
		return nil, errors.WithMessage(err, "suspects")
	}
	head := "Suspicious labels, the surest first: class → predicted class"
	if len(suspects) == 0 {
		head = "No suspicious labels"
	}
	return drawMistakes(data, suspects[:min(len(suspects), mistakesShown)], head, true)
}

// drawMistakes draws images below a heading, with their places in the dataset where they
// are wanted.
func drawMistakes(data *loaders.Dataset, worst []Mistake, head string, places bool) (image.Image, error) {
	seen, err := data.Take(Positions(worst))
	if err != nil {
		return nil, errors.WithMessage(err, "mistakes")
	}
	l := newLetters()
	s := shelf{l: l, columns: mistakesAcross, image: image.Pt(data.Width, data.Height), side: mistakeSide, top: margin + 36}
	for i, m := range worst {
		lines := []string{
			l.pair(caption.Class(data.Classes, m.Label), caption.Class(data.Classes, m.Predicted), pairWidth(&s)),
			caption.Percent(m.Confidence, 1) + " sure",
		}
		if places {
			lines = append(lines, l.cut(body, placeOf(seen, i, m), pairWidth(&s)))
		}
		s.lines = append(s.lines, lines)
	}
	c := s.canvas(l.width(title, head))
	c.text(title, head, margin, margin+10, left, ink)
	for i := range worst {
		s.draw(c, i, seen.Picture(i))
	}
	return exactly(c.RGBA), nil // most are grey
}

// placeOf is the file of image i of those that are seen, else its number in the dataset.
func placeOf(seen *loaders.Dataset, i int, m Mistake) string {
	if name := seen.File(i); name != "" {
		return path.Base(filepath.ToSlash(name))
	}
	return "no. " + caption.Number(m.Index)
}

// pairWidth is how wide the names below an image may be: those of longer ones are cut.
func pairWidth(s *shelf) int { return max(s.image.X*s.scale(), 220) }

// mistakesHeading says what is seen.
func mistakesHeading(mistakes, images int) string {
	in := caption.Count(mistakes, "mistake") + " in " + caption.Count(images, "image")
	switch {
	case mistakes == 0:
		return "No mistakes in " + caption.Count(images, "image")
	case mistakes == 1:
		return in + ": true class → predicted class"
	case mistakes <= mistakesShown:
		return in + ", the surest first: true class → predicted class"
	}
	return caption.Number(mistakesShown) + " surest of " + in + ": true class → predicted class"
}
