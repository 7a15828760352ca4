package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
)

// own are the flags of pictures of one's own: how they are read.
type own struct {
	Size      string  `json:"size,omitempty"`
	Fit       string  `json:"fit,omitempty"`
	Grey      bool    `json:"grey,omitempty"`
	ClassFile string  `json:"classes,omitempty"`
	SkipBad   bool    `json:"skip_bad,omitempty"`
	TestShare float64 `json:"test_share,omitempty"`
	Fold      string  `json:"fold,omitempty"`
	Cache     string  `json:"cache,omitempty"`
	Memory    *int    `json:"memory,omitempty"` // in MiB, of which 0 says something; nil in commands without the flag
}

// fits are the ways in which a picture is made to have another size.
var fits = []string{"inside", "fill", "stretch"}

// addOwn declares them.
func (f *flags) addOwn(p *pflag.FlagSet) {
	p.StringVar(&f.Size, "size", "", "resize pictures to `N` pixels square, or to HxW (default: their own, or 64 where that is more or differs)")
	p.StringVar(&f.Fit, "fit", "inside", "resize by `HOW`: inside, with margins; fill, what juts out is lost; stretch")
	p.BoolVar(&f.Grey, "grey", false, "make colours grey")
	p.StringVar(&f.ClassFile, "classes", "", "take the classes, a name a line, from `FILE` (default: in name order)")
	p.BoolVar(&f.SkipBad, "skip-bad", false, "leave out pictures that cannot be read")
	p.Float64Var(&f.TestShare, "test-share", 0.2, "test on a share `S` of data without a test part")
	p.StringVar(&f.Fold, "fold", "", "test on part K of N instead, `K/N`, from 1")
	p.StringVar(&f.Cache, "cache", "", "keep decoded pictures in `FILE`, for the next run")
	if f.Memory == nil {
		f.Memory = new(int)
	}
	p.IntVar(f.Memory, "memory", 512, "hold `N` MiB of pictures; decode more anew")
}

// checkOwn reports the first of them that is out of range.
func (f *flags) checkOwn() error {
	for _, name := range []string{"size", "fit", "grey", "classes", "skip-bad", "test-share", "fold", "cache", "memory"} {
		if f.Dataset != "" && f.set.Changed(name) {
			return command.Usagef("--%s: want none with --dataset, whose images are as they are", name)
		}
	}
	if _, _, err := f.sides(); err != nil {
		return err
	}
	if _, _, err := f.fold(); err != nil {
		return err
	}
	if err := oneOf("--fit", f.Fit, fits); err != nil {
		return err
	}
	if f.Fold != "" && f.set.Changed("test-share") && f.set.Changed("fold") {
		return command.Usagef("--fold: want none with --test-share: the parts are of one size")
	}
	return wantAll([]demand{
		{"--test-share", "a share above 0 and below 1", f.TestShare > 0 && f.TestShare < 1, f.TestShare},
		{"--memory", fmt.Sprintf("0 to %d MiB", mostMemory), *f.Memory >= 0 && *f.Memory <= mostMemory, *f.Memory},
	})
}

// mostMemory is that of --memory, in MiB.
const mostMemory = 1 << 20

// mostSide is that of a picture that --size takes.
const mostSide = 4096

var sizeForm = regexp.MustCompile(`^(\d{1,5})(?:[xX×](\d{1,5}))?$`)

// sides are those of --size; 0 where it is not given.
func (f *flags) sides() (height, width int, err error) {
	if f.Size == "" {
		return 0, 0, nil
	}
	m := sizeForm.FindStringSubmatch(f.Size)
	if m != nil {
		height, _ = strconv.Atoi(m[1])
		if width = height; m[2] != "" {
			width, _ = strconv.Atoi(m[2])
		}
	}
	if height < 1 || height > mostSide || width < 1 || width > mostSide {
		return 0, 0, command.Usagef("--size: want a side such as 64, or height and width such as 48x64, of 1 to %d pixels, got %q", mostSide, f.Size)
	}
	return height, width, nil
}

// fold is which part of how many, from 1; 0 of 0 where --fold is not given.
func (f *flags) fold() (k, n int, err error) {
	if f.Fold == "" {
		return 0, 0, nil
	}
	first, second, ok := strings.Cut(f.Fold, "/")
	k, errK := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	if !ok || errK != nil || errN != nil || n < 2 || k < 1 || k > n {
		return 0, 0, command.Usagef("--fold: want a part and how many there are, such as 1/5 to 5/5, got %q", f.Fold)
	}
	return k, n, nil
}

// wanted is how pictures are to be read: as the flags say, and as the network of --load
// takes them.
func (f *flags) wanted() (loaders.OpenConfig, error) {
	height, width, err := f.sides()
	if err != nil {
		return loaders.OpenConfig{}, err
	}
	fit, err := loaders.ParseFit(f.Fit)
	if err != nil {
		return loaders.OpenConfig{}, command.Usagef("--%v", err)
	}
	c := loaders.OpenConfig{
		Height: height, Width: width, Fit: fit, ClassFile: f.ClassFile, SkipBad: f.SkipBad, Cache: f.Cache,
		Memory: max(1, int64(*f.Memory)<<20), // 1 byte holds no picture
	}
	if f.Grey {
		c.Channels = 1
	}
	if f.begunWith != nil {
		err = f.asLoaded(&c, f.begunWith.Inputs())
	}
	return c, err
}

// asLoaded has pictures read as the network of --load takes them, and reports flags that
// ask for others.
func (f *flags) asLoaded(c *loaders.OpenConfig, in []graph.Port) error {
	if len(in) != 1 || !isImage(in[0].Shape) {
		return errors.Errorf("--load: %s: want a network of one image, of 1 or 3 channels, got %s", f.Load, shapes(in))
	}
	s := in[0].Shape
	switch {
	case f.Size != "" && (c.Height != s[1] || c.Width != s[2]):
		return command.Usagef("--size: want %dx%d, as the network of --load takes, or none, got %s", s[1], s[2], f.Size)
	case f.Grey && s[0] != 1:
		return command.Usagef("--grey: want none, as the network of --load takes %d channels", s[0])
	}
	c.Channels, c.Height, c.Width = s[0], s[1], s[2]
	if fit, err := loaders.ParseFit(preparationOf(f.begunWith)); err == nil && !f.set.Changed("fit") {
		f.Fit, c.Fit = fit.String(), fit
	}
	return nil
}
