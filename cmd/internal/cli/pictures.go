package cli

import (
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/pictures"
)

// addPictures declares --pictures and what goes with it. The lesson looks at
// convolution 1, counted from 0.
func (f *flags) addPictures(p *pflag.FlagSet) {
	p.StringVar(&f.Pictures, "pictures", "", "draw curves, mistakes, filters and more in `DIR`")
	p.IntVar(&f.Convolution, "convolution", 1, "draw feature maps of convolution `N`")
	p.BoolVar(&f.AllConvolutions, "all-convolutions", false, "draw those of all as well, a file a layer")
	p.IntVar(&f.ImageClass, "image-class", -1, "draw those of images of class `N` (default: first's)")
	p.Lookup("image-class").DefValue = "0" // which is not printed
	p.BoolVar(&f.Force, "force", false, "replace existing pictures, or the page")
}

// checkPictures reports, before hours of training, pictures that cannot be drawn or
// would replace others. It makes the folder.
func (f *flags) checkPictures(net *graph.Network) error {
	if most := convolutions(net); f.draws() && most > 0 && (f.Convolution < 0 || f.Convolution >= most) {
		return usageError{errors.Errorf("--convolution: want a number from 0 to %d, got %d", most-1, f.Convolution)}
	}
	if f.Pictures == "" {
		return nil
	}
	err := makeWritable(f.Pictures)
	for _, name := range f.pictureNames(net) {
		if err == nil {
			err = f.checkFree(filepath.Join(f.Pictures, name))
		}
	}
	return errors.WithMessage(err, "--pictures")
}

// convolutions is the most channels that a layer with an image for output has; 0 if there is
// no such layer.
func convolutions(net *graph.Network) int {
	most := 0
	for _, l := range pictures.ImageLayers(net) {
		most = max(most, l.Output[0])
	}
	return most
}

// makeWritable makes a folder, unless it is there, and tries to write to it.
func makeWritable(dir string) error {
	err := os.MkdirAll(dir, 0o755)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".euryale-*")
	if err != nil {
		return errors.Errorf("cannot write to the folder %s", dir)
	}
	file.Close()
	return os.Remove(file.Name())
}

// checkFree reports a file that is in the way.
func (f *flags) checkFree(path string) error {
	info, err := os.Lstat(path)
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.Errorf("want to write the file %s, which is a folder", path)
	case !f.Force:
		return errors.Errorf("%s exists: choose another folder, or replace it with --force", path)
	}
	return nil
}

// pictureNames are the files to be written.
func (f *flags) pictureNames(net *graph.Network) []string {
	names := []string{"curves.png", "confusion.png", "mistakes.png"}
	if pictures.FirstKernels(net) != nil {
		names = append(names, "kernels.png")
	}
	layers := pictures.ImageLayers(net)
	if len(layers) > 0 {
		names = append(names, "feature-maps.png")
	}
	if f.AllConvolutions {
		for _, l := range layers {
			names = append(names, sheetName(l.Name))
		}
	}
	return names
}

// sheetName is the file of all feature maps of a layer.
func sheetName(layer string) string { return "feature-maps-" + layer + ".png" }

// imagesToSee are the test images whose feature maps are drawn.
func (f *flags) imagesToSee(test *loaders.Dataset) ([]int, error) {
	class := f.ImageClass
	if class < 0 && test.Len() > 0 {
		class = int(test.Labels[0])
	}
	images := pictures.FirstOfClass(test, class, 3)
	if len(images) == 0 {
		return nil, errors.Errorf("--image-class: want a class from 0 to %d of which there is a test image, got %d", len(test.Classes)-1, f.ImageClass)
	}
	return images, nil
}

// album writes the pictures of one run.
type album struct {
	*flags
	*outcome
	test *loaders.Dataset
	out  io.Writer // is told of each file
}

// drawPictures draws what --pictures asks for.
func (f *flags) drawPictures(ctx context.Context, o *outcome, test *loaders.Dataset, out io.Writer) error {
	if f.Pictures == "" {
		return nil
	}
	if f.Quiet {
		out = io.Discard
	}
	a := &album{f, o, test, out}
	for _, draw := range []func(context.Context) error{a.results, a.kernels, a.featureMaps, a.sheets} {
		if err := draw(ctx); err != nil {
			return errors.WithMessage(err, "--pictures")
		}
	}
	return nil
}

// write writes a picture, if it could be drawn, and says so.
func (a *album) write(name string, img image.Image, err error) error {
	if err != nil {
		return err
	}
	path := filepath.Join(a.Pictures, name)
	if err := a.checkFree(path); err != nil { // again: training takes long
		return err
	}
	if err := pictures.WritePNG(path, img); err != nil {
		return err
	}
	size := img.Bounds().Size()
	_, err = fmt.Fprintf(a.out, "Wrote %s, %d×%d\n", path, size.X, size.Y)
	return err
}

// results draws how training went and what came of it.
func (a *album) results(ctx context.Context) error {
	outputs, err := a.predict(ctx, a.flags, a.test)
	if err != nil {
		return err
	}
	img, err := pictures.Curves(a.history)
	if err := a.write("curves.png", img, err); err != nil {
		return err
	}
	img, err = pictures.Confusion(a.test.Classes, a.test.Labels, outputs)
	if err := a.write("confusion.png", img, err); err != nil {
		return err
	}
	img, err = pictures.Mistakes(a.test, outputs)
	return a.write("mistakes.png", img, err)
}

func (a *album) kernels(context.Context) error {
	if pictures.FirstKernels(a.net) == nil {
		return a.without("kernels.png", "no convolution")
	}
	img, err := pictures.Kernels(a.net)
	return a.write("kernels.png", img, err)
}

// without says why a picture is not there.
func (a *album) without(name, reason string) error {
	_, err := fmt.Fprintf(a.out, "No %s: the network %s has %s\n", name, a.net.Name, reason)
	return err
}

func (a *album) featureMaps(context.Context) error {
	if convolutions(a.net) == 0 {
		return a.without("feature-maps.png", "no layer that makes an image")
	}
	images, err := a.imagesToSee(a.test)
	if err != nil {
		return err
	}
	img, err := pictures.FeatureMaps(a.net, a.test, pictures.FeatureConfig{Images: images, Convolution: a.Convolution})
	return a.write("feature-maps.png", img, err)
}

func (a *album) sheets(context.Context) error {
	if !a.AllConvolutions || convolutions(a.net) == 0 {
		return nil
	}
	images, err := a.imagesToSee(a.test)
	if err != nil {
		return err
	}
	sheets, err := pictures.FeatureSheets(a.net, a.test, pictures.FeatureConfig{Images: images})
	if err != nil {
		return err
	}
	for _, s := range sheets {
		if err := a.write(sheetName(s.Layer), s.Image, nil); err != nil {
			return err
		}
	}
	return nil
}
