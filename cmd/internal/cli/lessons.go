package cli

// Digits is the lesson's network on MNIST, until it is right on 99.8 % of the
// training images.
func Digits() Lesson {
	return Lesson{
		Name:     "digits",
		Short:    "Train a network to read handwritten digits, and test it",
		Dataset:  "mnist",
		BuiltIn:  "rendered-digits",
		Epochs:   20,
		StopAt:   0.998,
		Prepared: "digit",
		Title:    "Handwritten digits",
		Thing:    "a digit",
	}
}

// Fashion is the lesson's network on Fashion-MNIST, for five epochs.
func Fashion() Lesson {
	return Lesson{
		Name:     "fashion",
		Short:    "Train a network to tell garments apart, and test it",
		Dataset:  "fashion",
		BuiltIn:  "rendered-garments",
		Epochs:   5,
		Prepared: "garment",
		Title:    "Garments",
		Thing:    "a garment",
	}
}

// Images is for pictures of one's own.
func Images() Lesson {
	return Lesson{
		Name:  "images",
		Short: "Train a network to tell pictures of one's own apart, and test it",
		Own:   true,
		Title: "Pictures",
		Thing: "a picture",
	}
}
