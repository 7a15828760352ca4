// Package train fits the weights of a [graph.Network] to a [loaders.Dataset],
// or to any [loaders.Source].
//
//	history, err := train.Fit(ctx, net, training, train.Config{
//		Epochs: 20,
//		Callbacks: []train.Callback{train.NewProgress(os.Stdout), train.StopAt{Accuracy: 0.998, W: os.Stdout}},
//	})
//	metrics, err := train.Evaluate(ctx, net, test, train.EvaluateConfig{})
//	outputs, err := train.Predict(ctx, net, test, train.PredictConfig{})
//
// The zero Config is Keras' defaults: batches of 32, shuffled, Adam at 0.001,
// sparse categorical cross-entropy. The same seeds give the same weights, bit
// for bit. To go on where a Fit ended, give the next one [Config].FirstEpoch and
// the State of the first one's [History]; to go on from where it was cut off, have
// a [Folder] keep it in files, or keep the last of its [Checkpoints].
//
// Optimisers are [SGD], [Adam], [AdamW], [RMSprop] and [Lion]; a [Schedule], such
// as [Cosine] behind a [WarmUp], changes their rate from step to step, and
// [FindRate] proposes one to begin with. Clip,
// Accumulate and Average of the Config are what Fit does around them. [EarlyStop],
// [ReducePlateau], [StopAt] and [StopAfter] are callbacks, and so are the logs of
// [NewCSVLog] and [NewJSONLog], and the Writer of package tensorboard.
//
// [NewScores] are what outputs are worth class by class: precision, recall, F1
// and what is taken of them; [TopKAccuracy] and [ROCAUC] stand alone.
//
// A network of several inputs takes a Source that fills several; one of several
// outputs takes [graph.Losses], and a Source that fills a target for each
// output with a loss. [Metrics] then are those of each output too.
package train
