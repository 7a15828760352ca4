package prepare

import "image"

// Cover is the least size of a picture, in its proportions, that covers another; its
// longer side is rounded down, as torchvision's Resize does.
func Cover(from, to image.Point) image.Point {
	if from.X*to.Y >= from.Y*to.X { // wider
		return image.Pt(max(to.Y*from.X/from.Y, to.X), to.Y)
	}
	return image.Pt(to.X, max(to.X*from.Y/from.X, to.Y))
}
