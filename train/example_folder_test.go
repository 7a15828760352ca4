package train_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/pkg/errors"

	"euryale/train"
)

// The power fails in the middle of the third epoch. The same program, begun again,
// goes on from the files in the folder.
func ExampleFolder() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program := func(more ...train.Callback) error {
		net, data := small(), halves(200, 1)
		folder := &train.Folder{Dir: dir, Every: 2}
		config := train.Config{Epochs: 4, Callbacks: append([]train.Callback{folder}, more...)}
		config, err := folder.Resume(net, data, config)
		if err != nil {
			return err
		}
		if config.From != nil {
			fmt.Printf("going on in epoch %d, after %d samples\n", config.From.Epoch, config.From.Samples)
		}
		history, err := train.Fit(context.Background(), net, data, config)
		if err == nil {
			fmt.Printf("%d epochs, %v\n", len(history.Epochs), history.State)
		}
		return err
	}
	fmt.Println(program(train.CallbackFunc(func(e train.Event) error {
		if e.Kind == train.BatchEnd && e.Step == 19 {
			return errors.New("the power fails")
		}
		return nil
	})))
	fmt.Println(program())
	// Output:
	// the power fails
	// going on in epoch 3, after 128 samples
	// 4 epochs, adam after 28 steps
	// <nil>
}
