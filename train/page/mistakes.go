package page

import "euryale/train/pictures"

// mostMistakes is how many are shown.
const mostMistakes = 36

// mistake is an image that the network took for another class.
type mistake struct {
	Index            int // in the test set
	Label, Predicted string
	Confidence       string
	Image            *picture
}

func (v *view) mistakes() error {
	worst, err := pictures.WorstMistakes(v.Test.Labels, v.Outputs, mostMistakes)
	if err != nil {
		return err
	}
	for _, w := range worst {
		img, err := encode(photo(v.Test, w.Index))
		if err != nil {
			return err
		}
		v.Mistakes = append(v.Mistakes, mistake{
			Index: w.Index, Label: v.Test.Classes[w.Label], Predicted: v.Test.Classes[w.Predicted],
			Confidence: percent(w.Confidence), Image: img,
		})
	}
	return nil
}
