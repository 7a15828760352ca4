package page

import (
	"euryale/loaders"
	"euryale/train/internal/caption"
	"euryale/train/pictures"
)

// mostMistakes is how many are shown.
const mostMistakes = 36

// mistake is an image that the network took for another class.
type mistake struct {
	Index            int    // in the test set, or that of training
	File             string // "" where it has none
	Label, Predicted string
	Confidence       string
	Image            *picture
}

func newMistakes(test *loaders.Dataset, outputs [][]float32) ([]mistake, error) {
	worst, err := pictures.WorstMistakes(test.Labels, outputs, mostMistakes)
	if err != nil {
		return nil, err
	}
	return shownMistakes(test, worst)
}

// shownMistakes are those with their images.
func shownMistakes(of *loaders.Dataset, worst []pictures.Mistake) ([]mistake, error) {
	seen, err := of.Take(pictures.Positions(worst))
	if err != nil {
		return nil, err
	}
	var mistakes []mistake
	for i, w := range worst {
		img, err := encode(shrunk(seen.Picture(i), mistakeSide))
		if err != nil {
			return nil, err
		}
		mistakes = append(mistakes, mistake{
			Index: w.Index, File: seen.File(i), Label: caption.Class(of.Classes, w.Label), Predicted: caption.Class(of.Classes, w.Predicted),
			Confidence: caption.Percent(w.Confidence, 2), Image: img,
		})
	}
	return mistakes, nil
}

// suspects are the training images that the page is to show.
func (v *view) suspects() (err error) {
	v.Suspicious, err = shownMistakes(v.Training, v.Run.Suspects[:min(mostMistakes, len(v.Run.Suspects))])
	return err
}
