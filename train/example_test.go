package train_test

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)

// halves is a dataset of 4×4 images whose left or right half is bright.
func halves(n int, seed uint64) *loaders.Dataset {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := &loaders.Dataset{Name: "halves", Classes: []string{"left", "right"}, Channels: 1, Height: 4, Width: 4}
	for i := range n {
		label := i % 2
		d.Labels = append(d.Labels, label)
		for p := range 16 {
			v := rng.IntN(50)
			if p%4/2 == label {
				v += 200
			}
			d.Images = append(d.Images, uint8(v))
		}
	}
	return d
}

func small() *graph.Network {
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 4, 4}, Seed: 1},
		graph.Flatten{}, graph.Dense{Units: 8, Activation: graph.ReLU}, graph.Dense{Units: 2, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	return net
}

func ExampleFit() {
	net := small()
	history, err := train.Fit(context.Background(), net, halves(200, 1), train.Config{
		Epochs:    20,
		Optimizer: train.Adam{LearningRate: 0.01},
		Callbacks: []train.Callback{train.StopAt{Accuracy: 0.998, W: os.Stdout}},
	})
	if err != nil {
		log.Fatal(err)
	}
	metrics, err := train.Evaluate(context.Background(), net, halves(100, 2), train.EvaluateConfig{})
	if err != nil {
		log.Fatal(err)
	}
	last := history.Epochs[len(history.Epochs)-1]
	fmt.Printf("training accuracy %.2f, test accuracy %.2f\n", last.Accuracy, metrics.Accuracy)
	// Output:
	// Reached 99.8% accuracy so cancelling training!
	// training accuracy 1.00, test accuracy 1.00
}

func ExamplePredict() {
	net := small()
	_, err := train.Fit(context.Background(), net, halves(200, 1), train.Config{Epochs: 10, Optimizer: train.Adam{LearningRate: 0.01}})
	if err != nil {
		log.Fatal(err)
	}
	images := halves(4, 2)
	outputs, err := train.Predict(context.Background(), net, images, train.PredictConfig{})
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range outputs {
		if p[0] > p[1] {
			fmt.Println("left")
		} else {
			fmt.Println("right")
		}
	}
	// Output:
	// left
	// right
	// left
	// right
}

func ExampleCallbackFunc() {
	everyEpoch := train.CallbackFunc(func(e train.Event) error {
		if e.Kind == train.EpochEnd {
			fmt.Printf("%d of %d: %d images\n", e.Epoch, e.Epochs, e.Samples)
		}
		return nil
	})
	_, err := train.Fit(context.Background(), small(), halves(100, 1), train.Config{Epochs: 2, Callbacks: []train.Callback{everyEpoch}})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 of 2: 100 images
	// 2 of 2: 100 images
}

func ExampleSGD() {
	net, training, validation := small(), halves(250, 1), halves(100, 2)
	config := train.Config{
		Epochs: 20, Validation: validation,
		Clip: train.Clip{GlobalNorm: 1}, Average: train.EMA{Decay: 0.95},
		Callbacks: []train.Callback{&train.EarlyStop{Monitor: train.ValidationAccuracy, Patience: 10, RestoreBest: true}},
	}
	steps := config.Steps(training.Len())
	config.Optimizer = train.SGD{
		LearningRate: 0.2, Momentum: 0.9, Nesterov: true, WeightDecay: 5e-4, NoDecay: []string{"bias"},
		Schedule: train.WarmUp{Steps: steps / 20, Then: train.Cosine{Steps: steps - steps/20}},
	}
	fmt.Println(config.Optimizer)
	history, err := train.Fit(context.Background(), net, training, config)
	if err != nil {
		log.Fatal(err)
	}
	if err := history.State.UseAverage(net); err != nil {
		log.Fatal(err)
	}
	metrics, err := train.Evaluate(context.Background(), net, validation, train.EvaluateConfig{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("accuracy %.2f\n", metrics.Accuracy)
	// Output:
	// SGD{LearningRate: 0.2, Momentum: 0.9, Nesterov: true, WeightDecay: 0.0005, NoDecay: []string{"bias"}, Schedule: WarmUp{Steps: 8, Then: Cosine{Steps: 152}}}
	// accuracy 1.00
}
