// Package chart draws in text what would otherwise need a viewer.
//
//	history, err := train.Fit(ctx, net, training, train.Config{Epochs: 5, Validation: test})
//	fmt.Print(chart.Curves(history))
//	fmt.Print(chart.Image(test, 7))
//
// What it draws has at most 80 columns and no control characters but the end of
// the line; terminal, file and screen reader get the same.
package chart
