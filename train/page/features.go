package page

import (
	"fmt"
	"strings"

	"euryale/train/internal/caption"
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
	s := pictures.FirstKernels(v.Network).Value.Shape()
	return fmt.Sprintf("The %s of the first convolution, each %d×%d weights: blue below zero, red above", caption.Count(s[0], "kernel"), s[2], s[3])
}

// maps are what the layers make of some test images, or why there are none.
func (v *view) maps() error {
	v.NoMaps = reason(pictures.CheckImages(v.Network))
	switch {
	case v.NoMaps != "":
		return nil
	case len(pictures.ImageLayers(v.Network)) == 0:
		v.NoMaps = "this network has no layer that makes an image"
		return nil
	case v.Test.Len() == 0:
		v.NoMaps = "there is no test image"
		return nil
	case v.Features.Images == nil:
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
		images = append(images, fmt.Sprintf("%d (%s)", i, caption.Class(v.Test.Classes, int(v.Test.Labels[i]))))
	}
	for _, l := range pictures.ImageLayers(v.Network) {
		layers = append(layers, l.Name)
	}
	return fmt.Sprintf("Feature maps: a row for each of the test images %s, a column for each of the layers %s",
		strings.Join(images, ", "), strings.Join(layers, ", "))
}
