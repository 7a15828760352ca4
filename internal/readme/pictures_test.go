package readme_test

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"euryale/graph"
	"euryale/loaders"
	"euryale/loaders/augment"
	"euryale/train"
)

// flowers is a folder of 40 pictures of two colours, and what takes it away.
func flowers() (folder string, remove func()) {
	folder, err := os.MkdirTemp("", "flowers")
	if err != nil {
		log.Fatal(err)
	}
	draws := rand.New(rand.NewPCG(1, 2))
	for i := range 40 {
		class, colour := "poppy", color.RGBA{200, 30, 30, 255}
		if i%2 == 1 {
			class, colour = "cornflower", color.RGBA{40, 60, 200, 255}
		}
		m := image.NewRGBA(image.Rect(0, 0, 16, 16))
		for y := range 16 {
			for x := range 16 {
				m.SetRGBA(x, y, color.RGBA{colour.R + uint8(draws.IntN(40)), colour.G + uint8(draws.IntN(40)), colour.B + uint8(draws.IntN(40)), 255})
			}
		}
		path := filepath.Join(folder, class, fmt.Sprintf("%02d.png", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			log.Fatal(err)
		}
		f, err := os.Create(path)
		if err == nil {
			err = png.Encode(f, m)
		}
		if err == nil {
			err = f.Close()
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	return folder, func() { os.RemoveAll(folder) }
}

func Example_pictures() {
	ctx := context.Background()
	path, remove := flowers()
	defer remove()
	all, _, err := loaders.Open(ctx, path, loaders.OpenConfig{}) // and the test part, where there is one
	if err != nil {
		log.Fatal(err)
	}
	data, test, err := all.Split(0.2, 1)
	if err != nil {
		log.Fatal(err)
	}
	pipeline, err := augment.Parse("flip,crop=2")
	if err != nil {
		log.Fatal(err)
	}
	mean, deviation, err := augment.Measure(data)
	if err != nil {
		log.Fatal(err)
	}
	seen := augment.Config{Pipeline: pipeline, Mean: mean, Deviation: deviation}
	source, err := augment.New(data, seen)
	if err != nil {
		log.Fatal(err)
	}
	unseen, err := augment.New(test, seen.ForEvaluation()) // normalised alike, and as it is
	if err != nil {
		log.Fatal(err)
	}
	net, err := graph.New(graph.Config{Input: graph.Shape{3, 16, 16}, Seed: 1},
		graph.Conv2D{Filters: 8, Kernel: 3, Activation: graph.ReLU}, graph.GlobalAverage{}, graph.Dense{Units: 2, Activation: graph.Softmax})
	if err != nil {
		log.Fatal(err)
	}
	_, err = train.Fit(ctx, net, source, train.Config{Epochs: 20, Batch: 8, Validation: unseen, Optimizer: train.Adam{LearningRate: 0.01}})
	if err != nil {
		log.Fatal(err)
	}
	m, err := train.Evaluate(ctx, net, unseen, train.EvaluateConfig{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(all.Classes, data.Len(), test.Len(), m.Accuracy)
	// Output:
	// [cornflower poppy] 32 8 1
}
