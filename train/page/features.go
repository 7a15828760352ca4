package page

import (
	"fmt"
	"strings"

	"euryale/train/pictures"
)

// kernels are those of the first convolution, if there is one.
func (v *view) kernels() error {
	if pictures.FirstKernels(v.Network) == nil {
		return nil
	}
	img, err := pictures.Kernels(v.Network)
	if err == nil {
		v.Kernels, err = encode(img)
	}
	return err
}

// KernelsAlt is their picture in words.
func (v *view) KernelsAlt() string {
	shape := pictures.FirstKernels(v.Network).Value.Shape()
	return fmt.Sprintf("The %d kernels of the first convolution, each %d×%d weights: blue below zero, red above", shape[0], shape[2], shape[3])
}

// maps are what the layers make of some test images.
func (v *view) maps() error {
	if len(pictures.ImageLayers(v.Network)) == 0 {
		return nil
	}
	if v.Features.Images == nil {
		v.Features.Images = pictures.FirstOfClass(v.Test, int(v.Test.Labels[0]), 3)
	}
	img, err := pictures.FeatureMaps(v.Network, v.Test, v.Features)
	if err == nil {
		v.Maps, err = encode(img)
	}
	return err
}

// MapsAlt is the picture of the feature maps in words.
func (v *view) MapsAlt() string {
	var images, layers []string
	for _, i := range v.Features.Images {
		images = append(images, fmt.Sprintf("%d (%s)", i, v.Test.Classes[v.Test.Labels[i]]))
	}
	for _, l := range pictures.ImageLayers(v.Network) {
		layers = append(layers, l.Name)
	}
	return fmt.Sprintf("Feature maps: a row for each of the test images %s, a column for each of the layers %s",
		strings.Join(images, ", "), strings.Join(layers, ", "))
}
