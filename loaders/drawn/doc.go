// Package drawn draws labelled images for machines that have no others: digits
// in the manner of MNIST, garments in that of Fashion-MNIST.
//
//	set := drawn.Digits(1, drawn.Training, 12000)
//	first := set.Images[:drawn.Side*drawn.Side] // 28×28 bytes, 0 black, 255 white
//	class := set.Labels[0]                      // 0 to 9
//
// Every ten images from the first hold each class once. The same seed gives the
// same images, whatever GOMAXPROCS; a larger set begins with the smaller one;
// and the two splits of a seed share no generator. Between processor
// architectures (or levels of GOAMD64) a pixel may differ by rounding, since on
// some a product and a sum compile to one instruction.
//
// A drawing is shapes filled on a canvas through a warp: an affine map and an
// elastic displacement, drawn anew for each image.
package drawn
