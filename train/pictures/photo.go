package pictures

import (
	"image"
	"image/color"

	"euryale/loaders"
)

// photo is image i of data: in colour if it has three channels, otherwise the first
// of them in grey.
func photo(data *loaders.Dataset, i int) image.Image {
	pixels, n := data.Image(i), data.Height*data.Width
	img := image.NewRGBA(image.Rect(0, 0, data.Width, data.Height))
	for j := range n {
		c := color.RGBA{pixels[j], pixels[j], pixels[j], 255}
		if data.Channels == 3 {
			c.G, c.B = pixels[n+j], pixels[2*n+j]
		}
		img.SetRGBA(j%data.Width, j/data.Width, c)
	}
	return img
}

// className is the name of a class, or its number where there is none.
func className(classes []string, class int) string {
	if class < len(classes) {
		return classes[class]
	}
	return "class " + thousands(class)
}
