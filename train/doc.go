// Package train fits the weights of a [graph.Network] to a [loaders.Dataset].
//
//	history, err := train.Fit(ctx, net, training, train.Config{
//		Epochs: 20,
//		Callbacks: []train.Callback{train.NewProgress(os.Stdout), train.StopAt{Accuracy: 0.998, W: os.Stdout}},
//	})
//	metrics, err := train.Evaluate(ctx, net, test, train.Config{})
//
// The zero Config is Keras' defaults: batches of 32, shuffled, Adam at 0.001,
// sparse categorical cross-entropy. The same seeds give the same weights, bit
// for bit.
package train
