package pictures_test

import (
	"fmt"
	"log"

	"euryale/train/pictures"
)

func ExampleWorstMistakes() {
	labels := []int{0, 1, 1}
	outputs := [][]float32{{0.9, 0.1}, {0.8, 0.2}, {0.6, 0.4}}
	worst, err := pictures.WorstMistakes(labels, outputs, 36)
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range worst {
		fmt.Printf("image %d: %d taken for %d, %.0f %% sure\n", m.Index, m.Label, m.Predicted, 100*m.Confidence)
	}
	// Output:
	// image 1: 1 taken for 0, 80 % sure
	// image 2: 1 taken for 0, 60 % sure
}
