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
		Labels: []int{0, 1, 0},
	}
	batches := d.Batches(loaders.BatchConfig{Size: 2, NoShuffle: true})
	defer batches.Close()
	for b := batches.Next(); b != nil; b = batches.Next() {
		fmt.Println(b.Index, b.Targets[0].Labels, b.Inputs[0])
	}
	// Output:
	// [0 1] [0 1] [0 0.2 1 0.8]
	// [2] [0] [0.2 0]
}

// sums are pairs of numbers, which a network takes as two inputs, and their sum,
// which it is to learn.
type sums [][2]float32

func (s sums) Len() int { return len(s) }

func (s sums) Fill(b *loaders.Batch, index []int) error {
	left, right, sum := b.Input(0, 1), b.Input(1, 1), b.Values(0, 1)
	for k, i := range index {
		left[k], right[k], sum[k] = s[i][0], s[i][1], s[i][0]+s[i][1]
	}
	return nil
}

func ExampleSource() {
	batches := loaders.NewBatches(sums{{1, 2}, {3, 4}, {5, 6}}, loaders.BatchConfig{Size: 2, NoShuffle: true})
	defer batches.Close()
	for b := batches.Next(); b != nil; b = batches.Next() {
		fmt.Println(b.Inputs[0], b.Inputs[1], b.Targets[0].Values)
	}
	if err := batches.Err(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// [1 3] [2 4] [3 7]
	// [5] [6] [11]
}
