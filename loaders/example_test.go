package loaders_test

import (
	"fmt"

	"euryale/loaders"
)

func ExampleDataset_Batches() {
	d := &loaders.Dataset{
		Classes:  []string{"dark", "light"},
		Channels: 1, Height: 1, Width: 2,
		Images: []uint8{0, 51, 255, 204, 51, 0},
		Labels: []uint8{0, 1, 0},
	}
	batches := d.Batches(loaders.BatchConfig{Size: 2, NoShuffle: true})
	defer batches.Close()
	for b := batches.Next(); b != nil; b = batches.Next() {
		fmt.Println(b.Index, b.Labels, b.X)
	}
	// Output:
	// [0 1] [0 1] [0 0.2 1 0.8]
	// [2] [0] [0.2 0]
}
