// Package page writes a training run as one HTML page.
//
//	history, err := train.Fit(ctx, net, training, train.Config{Validation: test})
//	metrics, err := train.Evaluate(ctx, net, test, train.EvaluateConfig{})
//	outputs, err := train.Predict(ctx, net, test, train.PredictConfig{})
//	err = page.Write(w, &page.Run{Title: "My run", Training: training, Test: test,
//		Network: net, History: history, Metrics: metrics, Outputs: outputs})
//
// The page is complete in itself: it loads nothing, runs no script, and holds
// its pictures. It follows the reader's choice of light or dark and the width
// of the screen or of the paper, and has tables and words for what it draws.
package page
