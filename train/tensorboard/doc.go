// Package tensorboard writes how training goes as the event files that
// TensorBoard shows: curves, histograms of weights and gradients, pictures, and the
// graph, of which blocks open to what is inside them.
//
//	board, err := tensorboard.New("runs/first", tensorboard.Config{})
//	defer board.Close()
//	history, err := train.Fit(ctx, net, data, train.Config{Callbacks: []train.Callback{board}})
//
// Then tensorboard --logdir runs shows each folder of runs as a run. The step of
// all that is written is the epoch.
//
// A file is a row of TFRecords, each a message Event of
// tensorflow/core/util/event.proto with a Summary of
// tensorflow/core/framework/summary.proto.
package tensorboard
