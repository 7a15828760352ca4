// Package pictures draws what a training run did and what its network sees.
//
//	outputs, err := train.Predict(ctx, net, test, train.PredictConfig{})
//	confusion, err := pictures.NewConfusion(test.Classes, test.Labels, outputs)
//	fmt.Print(confusion)
//	err = pictures.WritePNG("confusion.png", confusion.Image())
//	img, err := pictures.FeatureMaps(net, test, pictures.FeatureConfig{Channel: 1})
//	err = pictures.WritePNG("feature-maps.png", img)
//
// Each picture is a function of its arguments alone, has a white background,
// and is made to be looked at pixel by pixel: nothing in it needs enlarging.
package pictures
