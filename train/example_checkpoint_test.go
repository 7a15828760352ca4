package train_test

import (
	"context"
	"fmt"
	"log"
	"slices"

	"github.com/pkg/errors"

	"euryale/train"
)

// Training is cut off in the middle of its third epoch, and goes on from the last
// checkpoint on a network made anew.
func ExampleCheckpoints() {
	ctx, training := context.Background(), halves(200, 1)
	config := train.Config{Epochs: 4, Optimizer: train.SGD{LearningRate: 0.1, Momentum: 0.9}}

	whole := small()
	if _, err := train.Fit(ctx, whole, training, config); err != nil {
		log.Fatal(err)
	}

	var last *train.Checkpoint
	cut := config
	cut.Callbacks = []train.Callback{
		train.Checkpoints{Every: 2, Save: func(_ train.Event, c *train.Checkpoint) error {
			last = c // or write it to a file
			return nil
		}},
		train.CallbackFunc(func(e train.Event) error {
			if e.Kind == train.BatchEnd && e.Step == 19 {
				return errors.New("the power fails")
			}
			return nil
		}),
	}
	_, err := train.Fit(ctx, small(), training, cut)
	fmt.Println(err)

	net := small()
	rest := config
	rest.From, rest.Epochs = last, config.Epochs-last.Epoch+1
	history, err := train.Fit(ctx, net, training, rest)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("went on in epoch %d, after %d samples, %v\n", last.Epoch, last.Samples, last.State)
	fmt.Printf("%d epochs more, %v\n", len(history.Epochs), history.State)
	for i, p := range net.Params() {
		same := slices.Equal(p.Value.Data().([]float32), whole.Params()[i].Value.Data().([]float32))
		fmt.Println(p.Name, "the same:", same)
	}
	// Output:
	// the power fails
	// went on in epoch 3, after 128 samples, sgd after 18 steps
	// 2 epochs more, sgd after 28 steps
	// dense_1/kernel the same: true
	// dense_1/bias the same: true
	// dense_2/kernel the same: true
	// dense_2/bias the same: true
}
