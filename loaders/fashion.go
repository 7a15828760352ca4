package loaders

import "context"

// FashionMNIST returns 60,000 training and 10,000 test images of garments,
// 28×28 grey pixels, in ten classes. It searches, downloads, verifies and fails
// as MNIST does, with the folder fashion for mnist, torchvision's FashionMNIST and
// Keras' fashion-mnist, and also looks where
// Debian's package dataset-fashion-mnist puts the files.
//
// Source: H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747; Zalando SE, MIT
// licence.
func FashionMNIST(ctx context.Context, o Options) (train, test *Dataset, err error) {
	return newFinder(&fashion, &mnist).find(ctx, o)
}

var fashion = published{
	name:   "Fashion-MNIST",
	folder: "fashion",
	classes: []string{
		"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
		"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
	},
	files: [4]file{
		trainImages: {name: "train-images-idx3-ubyte", size: 16 + 60000*28*28, sum: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
		trainLabels: {name: "train-labels-idx1-ubyte", size: 8 + 60000, sum: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
		testImages:  {name: "t10k-images-idx3-ubyte", size: 16 + 10000*28*28, sum: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
		testLabels:  {name: "t10k-labels-idx1-ubyte", size: 8 + 10000, sum: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"},
	},
	mirrors: []string{
		"https://storage.googleapis.com/tensorflow/tf-keras-datasets",
		"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
	},
	system:      []string{"/usr/share/datasets/fashion-mnist"},
	torchvision: "FashionMNIST",
	keras:       []string{"fashion-mnist"},
}
