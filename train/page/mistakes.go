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
	Index            int // in the test set
	Label, Predicted string
	Confidence       string
	Image            *picture
}

func newMistakes(test *loaders.Dataset, outputs [][]float32) ([]mistake, error) {
	worst, err := pictures.WorstMistakes(test.Labels, outputs, mostMistakes)
	if err != nil {
		return nil, err
	}
	seen, err := test.Take(pictures.Positions(worst))
	if err != nil {
		return nil, err
	}
	var mistakes []mistake
	for i, w := range worst {
		img, err := encode(seen.Picture(i))
		if err != nil {
			return nil, err
		}
		mistakes = append(mistakes, mistake{
			Index: w.Index, Label: caption.Class(test.Classes, w.Label), Predicted: caption.Class(test.Classes, w.Predicted),
			Confidence: caption.Percent(w.Confidence, 2), Image: img,
		})
	}
	return mistakes, nil
}
