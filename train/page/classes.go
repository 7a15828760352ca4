package page

import (
	"slices"

	"euryale/loaders"
	"euryale/train/internal/caption"
)

// class is a class of the dataset.
type class struct {
	Name           string
	Training, Test string   // images
	Example        *picture // nil if there is no test image of it
	Index          int      // of the example in the test set
}

func newClasses(training, test *loaders.Dataset) ([]class, error) {
	inTraining, inTest := tally(training), tally(test)
	var classes []class
	for i, name := range test.Classes {
		c := class{Name: name, Training: caption.Number(inTraining[i]), Test: caption.Number(inTest[i])}
		c.Index = slices.IndexFunc(test.Labels, func(label int) bool { return label == i })
		if c.Index >= 0 {
			one, err := test.Take([]int{c.Index})
			if err != nil {
				return nil, err
			}
			if c.Example, err = encode(shrunk(one.Picture(0), exampleSide)); err != nil {
				return nil, err
			}
		}
		classes = append(classes, c)
	}
	return classes, nil
}

// tally counts the images of each class.
func tally(d *loaders.Dataset) map[int]int {
	n := map[int]int{}
	for _, label := range d.Labels {
		n[int(label)]++
	}
	return n
}
