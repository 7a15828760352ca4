package page

import (
	"fmt"
	"path/filepath"
	"strings"

	"euryale/loaders"
	"euryale/train/internal/caption"
	"euryale/train/pictures"
)

// mostMistakes is how many are shown.
const mostMistakes = 36

// mistake is an image that the network took for another class.
type mistake struct {
	Index            int    // in the test set, or that of training
	Place            string // its file or, where it has none, its number there
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
			Index: w.Index, Place: placeOf(seen, i, w.Index), Label: caption.Class(of.Classes, w.Label), Predicted: caption.Class(of.Classes, w.Predicted),
			Confidence: caption.Percent(w.Confidence, 2), Image: img,
		})
	}
	return mistakes, nil
}

// placeOf is the file of image i of those that are seen, below the folder or in the archive
// of all, else its number in the dataset.
func placeOf(seen *loaders.Dataset, i, number int) string {
	file := seen.File(i)
	if file == "" {
		return fmt.Sprintf("no. %d", number)
	}
	for _, of := range []string{seen.Origin, filepath.Clean(seen.Origin), filepath.Dir(seen.Origin)} {
		below, in := strings.CutPrefix(file, of)
		if in && strings.HasPrefix(below, string(filepath.Separator)) {
			return filepath.ToSlash(below[1:])
		}
		if in && strings.HasPrefix(below, archived) {
			return below[len(archived):]
		}
	}
	return filepath.ToSlash(file)
}

// archived is what stands between the name of an archive and that of a file in it.
const archived = ": "

// suspects are the training images that the page is to show.
func (v *view) suspects() (err error) {
	v.Suspicious, err = shownMistakes(v.Training, v.Run.Suspects[:min(mostMistakes, len(v.Run.Suspects))])
	return err
}
