package cli

import (
	"context"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/atomicfile"
	"euryale/loaders"
	"euryale/train/pictures"
)

// addPictures declares --pictures and what goes with it. The lesson looks at
// convolution 1, counted from 0.
func (f *flags) addPictures(p *pflag.FlagSet) {
	p.StringVar(&f.Pictures, "pictures", "", "draw curves, mistakes, filters and more in `DIR`")
	f.addMaps(p)
	p.BoolVar(&f.AllConvolutions, "all-convolutions", false, "draw those of all as well, a file a layer")
}

// addMaps declares the flags of feature maps.
func (f *flags) addMaps(p *pflag.FlagSet) {
	p.IntVar(&f.Convolution, "convolution", 1, "draw channel `N` of each layer, from 0")
	p.IntVar(&f.ImageClass, "image-class", -1, "draw those of images of class `N` (default: first's)")
	p.Lookup("image-class").DefValue = "0" // which is not printed
}

// addChart declares --chart.
func (f *flags) addChart(p *pflag.FlagSet) {
	p.BoolVar(&f.Chart, "chart", false, "print learning curves as text")
}

// checkPictures reports, before hours of training, pictures that cannot be
// drawn or written, or would replace others.
func (f *flags) checkPictures(net *graph.Network) error {
	if err := f.checkMaps(net); err != nil || f.Pictures == "" {
		return err
	}
	if err := checkFolder(f.Pictures); err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	for _, name := range f.pictureNames(net) {
		if err := f.pictureFile(name).checkFree(f.replaces(f.Pictures)); err != nil {
			return err
		}
	}
	return nil
}

func (f *flags) pictureFile(name string) file {
	return file{"--pictures", filepath.Join(f.Pictures, name)}
}

// checkMaps reports feature maps that the network does not have.
func (f *flags) checkMaps(net *graph.Network) error {
	most := convolutions(net)
	for _, flag := range []string{"convolution", "image-class", "all-convolutions"} {
		if most == 0 && f.set.Changed(flag) {
			return command.Usagef("--%s: the network %s has no layer that makes an image", flag, net.Config().Name)
		}
	}
	if f.draws() && most > 0 && (f.Convolution < 0 || f.Convolution >= most) {
		return command.Usagef("--convolution: want a number from 0 to %d, got %d", most-1, f.Convolution)
	}
	return nil
}

// convolutions is the most channels that a layer with an image for output has;
// 0 if there is no such layer.
func convolutions(net *graph.Network) int {
	most := 0
	for _, l := range pictures.ImageLayers(net) {
		most = max(most, l.Output[0])
	}
	return most
}

// checkFolder reports a folder that cannot be made or written to. It does not
// make it, since there may be nothing to write in the end.
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return errors.Errorf("want a folder, got the file %s", dir)
	case err == nil:
		return errors.WithMessagef(cause(atomicfile.CheckFolder(dir)), "cannot write into the folder %s", dir)
	case !errors.Is(err, fs.ErrNotExist):
		return errors.WithStack(err) // it names the folder
	}
	if _, err := os.Lstat(dir); err == nil {
		return errors.Errorf("want a folder, got the link %s to what is not there", dir)
	}
	return checkFolder(filepath.Dir(dir))
}

// cause is an error without the file that it names, which is another than the
// user's.
func cause(err error) error { return errors.Cause(err) }

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
	if f.Suspects > 0 {
		names = append(names, suspectsPicture)
	}
	if f.AllConvolutions {
		for _, l := range layers {
			names = append(names, sheetName(l.Name))
		}
	}
	return names
}

// suspectsPicture is the file of what --suspects finds.
const suspectsPicture = "suspects.png"

// sheetName is the file of all feature maps of a layer.
func sheetName(layer string) string { return "feature-maps-" + layer + ".png" }

// imagesToSee are the test images whose feature maps are drawn.
func (f *flags) imagesToSee(test *loaders.Dataset) ([]int, error) {
	class := f.ImageClass
	if class < 0 && test.Len() > 0 {
		class = test.Labels[0]
	}
	images := pictures.FirstOfClass(test, class, 3)
	if len(images) == 0 {
		return nil, errors.Errorf("--image-class: want a class from 0 to %d of which there is a test image, got %d", len(test.Classes)-1, f.ImageClass)
	}
	return images, nil
}

// drawPictures draws what --pictures asks for, if the network was tested.
func (r *report) drawPictures(ctx context.Context) error {
	if r.Pictures == "" || r.test == nil {
		return nil
	}
	if err := os.MkdirAll(r.Pictures, 0o755); err != nil {
		return errors.Wrap(err, "--pictures")
	}
	for _, draw := range []func(context.Context) error{r.drawResults, r.drawKernels, r.drawMaps, r.drawSheets} {
		if err := draw(ctx); err != nil {
			return err
		}
	}
	return nil
}

// picture writes a picture, if it could be drawn, and says so.
func (r *report) picture(name string, img image.Image, err error) error {
	if err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	return r.savePicture(name, img, r.out)
}

// savePicture writes a picture to the folder of --pictures, and tells out, unless
// quiet.
func (f *flags) savePicture(name string, img image.Image, out io.Writer) error {
	file := f.pictureFile(name)
	if err := file.checkFree(f.replaces(f.Pictures)); err != nil { // again: training takes long
		return err
	}
	if err := pictures.WritePNG(file.path, img); err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	size := img.Bounds().Size()
	_, err := fmt.Fprintf(f.listener(out), "Wrote %s, %d×%d\n", file.path, size.X, size.Y)
	return err
}

// without says why a picture is not there.
func (r *report) without(name, reason string) error {
	_, err := fmt.Fprintf(r.listener(r.out), "No %s: the network %s has %s\n", name, r.net.Config().Name, reason)
	return err
}

// drawResults draws how training went and what came of it.
func (r *report) drawResults(context.Context) error {
	test := r.data.test
	img, err := pictures.Curves(r.history)
	if err := r.picture("curves.png", img, err); err != nil {
		return err
	}
	scores, err := r.scores(test)
	if err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	confusion := pictures.Confusion{Classes: test.Classes, Counts: scores.Confusion}
	if err := r.picture("confusion.png", confusion.Image(), nil); err != nil {
		return err
	}
	img, err = pictures.Mistakes(test, r.predictions)
	if err := r.picture("mistakes.png", img, err); err != nil || r.Suspects == 0 {
		return err
	}
	img, err = pictures.Suspects(r.data.train, r.suspects)
	return r.picture(suspectsPicture, img, err)
}

func (r *report) drawKernels(context.Context) error {
	if pictures.FirstKernels(r.net) == nil {
		return r.without("kernels.png", "no convolution")
	}
	img, err := pictures.Kernels(r.net)
	return r.picture("kernels.png", img, err)
}

func (r *report) drawMaps(context.Context) error {
	if convolutions(r.net) == 0 {
		return r.without("feature-maps.png", "no layer that makes an image")
	}
	images, err := r.imagesToSee(r.data.test)
	if err != nil {
		return err
	}
	img, err := pictures.FeatureMaps(r.net, r.data.test, pictures.FeatureConfig{Images: images, Channel: r.Convolution})
	return r.picture("feature-maps.png", img, err)
}

func (r *report) drawSheets(context.Context) error {
	if !r.AllConvolutions || convolutions(r.net) == 0 {
		return nil
	}
	images, err := r.imagesToSee(r.data.test)
	if err != nil {
		return err
	}
	sheets, err := pictures.FeatureSheets(r.net, r.data.test, pictures.FeatureConfig{Images: images})
	if err != nil {
		return errors.WithMessage(err, "--pictures")
	}
	for _, s := range sheets {
		if err := r.picture(sheetName(s.Layer), s.Image, nil); err != nil {
			return err
		}
	}
	return nil
}
