package loaders

import (
	"io"
	"strings"

	"github.com/pkg/errors"
)

// Fit is how a picture becomes an image of another size. Its zero value is
// FitInside.
type Fit int

// The ways of fitting a picture. Each resizes bilinearly, antialiased.
const (
	FitInside Fit = iota // whole and in its proportions, between black bars
	Fill                 // in its proportions and without bars: what juts out is cut off evenly
	Stretch              // whole and without bars, whatever becomes of its proportions
)

var fits = []string{"inside", "fill", "stretch"}

// String is inside, fill or stretch.
func (f Fit) String() string {
	if f < 0 || int(f) >= len(fits) {
		return "no such fit"
	}
	return fits[f]
}

// ParseFit is the Fit that String writes so.
func ParseFit(text string) (Fit, error) {
	for i, name := range fits {
		if name == text {
			return Fit(i), nil
		}
	}
	return 0, errors.Errorf("fit: want one of %s, got %q", strings.Join(fits, ", "), text)
}

// OpenConfig says what Open makes of data. Its zero value takes all of it, in sizes
// and colours that suit the pictures, and says nothing.
type OpenConfig struct {
	// Height and Width are those of the images, in pixels. Where one is 0 it is the
	// other. Where both are, they are the pictures' own if all have the same, of at
	// most 256×256; else a square that is common among networks, of the largest side
	// up to 224 that half of the pictures have: Log says which.
	Height, Width int

	Fit Fit // how pictures of other sizes become images

	// Channels are 1, for greys, or 3, for red, green and blue; 0 means 1 where no
	// picture has colours, else 3. Greys are those of ITU-R BT.601; what is
	// transparent shows white.
	Channels int

	// Classes are the names of the folders, or the labels in a CSV file, that are
	// classes, in the order of their labels; others are left out. ClassFile is a text
	// file of them instead, a name a line. Neither means all, in the order of their
	// names, byte by byte; of labels that are all whole numbers, in that of their
	// values.
	Classes   []string
	ClassFile string

	// SkipBad leaves out what cannot be read, and lists it on Log. Else it is an
	// *UnreadableError.
	SkipBad bool

	// Memory is how many bytes of decoded images may be held: 0 means 512 MiB. More
	// are streamed: decoded in each epoch anew.
	Memory int64

	// Cache is a file of the decoded images, which are read from it instead. It is
	// made where it is missing, damaged or of other files or another OpenConfig. ""
	// means none.
	Cache string

	// TrainSamples and TestSamples are how many images are wanted, of each class its
	// share; 0 means all, as does more than there are.
	TrainSamples, TestSamples int

	Log io.Writer // gets what is to be known, a line each; nil means nowhere

	// Progress is told, time and again, of how many pictures of how many are "looked
	// at", or "decoded" to be held or cached. Calls come from several goroutines, one
	// after the other. nil means nobody is told.
	Progress func(doing string, done, of int)
}

const defaultMemory = 512 << 20

// check reports numbers that are out of range.
func (c OpenConfig) check() error {
	const most = 1 << 14
	switch {
	case c.Height < 0 || c.Height > most || c.Width < 0 || c.Width > most:
		return errors.Errorf("want a Height and a Width of 1 to %d pixels, or 0 for those of the pictures, got %d and %d", most, c.Height, c.Width)
	case c.Channels != 0 && c.Channels != 1 && c.Channels != 3:
		return errors.Errorf("want Channels of 1 for greys, 3 for colours or 0 for what the pictures have, got %d", c.Channels)
	case c.Fit < FitInside || c.Fit > Stretch:
		return errors.Errorf("want a Fit of FitInside, Fill or Stretch, got %d", int(c.Fit))
	case c.Memory < 0:
		return errors.Errorf("want a Memory of at least 1 byte, or 0 for %d MiB, got %d", defaultMemory>>20, c.Memory)
	case len(c.Classes) > 0 && c.ClassFile != "":
		return errors.New("want Classes or a ClassFile, got both")
	}
	return Options{TrainSamples: c.TrainSamples, TestSamples: c.TestSamples}.check()
}
