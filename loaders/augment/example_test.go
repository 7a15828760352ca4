package augment_test

import (
	"context"
	"fmt"

	"euryale/graph"
	"euryale/loaders"
	"euryale/loaders/augment"
	"euryale/nets"
	"euryale/train"
)

// Training on images that are moved and mixed, and evaluating on those that are
// not, both normalised by what was measured of the training images.
func Example() {
	data, test := loaders.RenderedDigits(1, 2000, 500)
	pipeline, err := augment.Parse("shift=2,rotate=10,zoom=0.1,mixup=0.2")
	if err != nil {
		fmt.Println(err)
		return
	}
	mean, deviation, err := augment.Measure(data)
	if err != nil {
		fmt.Println(err)
		return
	}
	c := augment.Config{Pipeline: pipeline, Mean: mean, Deviation: deviation}
	source, err := augment.New(data, c)
	if err != nil {
		fmt.Println(err)
		return
	}
	unseen, err := augment.New(test, c.ForEvaluation())
	if err != nil {
		fmt.Println(err)
		return
	}
	net, err := nets.New("lenet5", nets.Config{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	history, err := train.Fit(context.Background(), net, source, train.Config{
		Epochs: 3, Loss: graph.CategoricalCrossEntropy{}, Validation: unseen,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Pipeline)
	fmt.Println(history.Epochs[2].Validation.Accuracy > 0.8)
	// Output:
	// shift=2,rotate=10,zoom=0.1,mixup=0.2
	// true
}

func ExampleParse() {
	pipeline, err := augment.Parse("crop=4:reflect, flip, cutout=8")
	fmt.Println(pipeline, err)
	_, err = augment.Parse("crop=4, rotat=10")
	fmt.Println(err)
	// Output:
	// crop=4:reflect,flip,cutout=8 <nil>
	// augment: want a transform, such as crop=4, got "rotat=10": did you mean rotate?
}
