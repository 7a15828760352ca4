package loaders

import (
	"regexp"
	"slices"
	"strings"
)

// role is what a name, of a file or of an array, says is there.
type role struct {
	labels bool   // or else images
	part   string // "train", "test", "validation", or "" where it does not say
	set    string // what else the name has, its words joined by -
}

var (
	imageWords = []string{"x", "images", "image", "imgs", "img", "data", "features", "pixels"}
	labelWords = []string{"y", "labels", "label", "targets", "target"}
	partWords  = map[string]string{
		"train": "train", "training": "train",
		"test": "test", "testing": "test", "t10k": "test",
		"val": "validation", "valid": "validation", "validation": "validation",
	}
	// formatWords say how a file is written.
	formatWords = regexp.MustCompile(`^(idx\d?|ubyte|byte|short|int|float|double|gz|npy|npz|uint8|int32|int64)$`)
	fused       = regexp.MustCompile(`^([xy])(train|test|val|valid)$`)
)

// roleOf reads a name such as x_train, train-images-idx3-ubyte.gz or
// emnist-letters-test-labels-idx1-ubyte; ok is false if it is neither of images
// nor of labels.
func roleOf(name string) (r role, ok bool) {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return strings.ContainsRune("-_. /", c) })
	var rest []string
	what := 0
	for _, w := range words {
		if m := fused.FindStringSubmatch(w); m != nil && len(words) <= 2 {
			w, r.part = m[1], partWords[m[2]]
		}
		switch {
		case what == 0 && slices.Contains(imageWords, w):
			what = 1
		case what == 0 && slices.Contains(labelWords, w):
			what, r.labels = 2, true
		case r.part == "" && partWords[w] != "":
			r.part = partWords[w]
		case !formatWords.MatchString(w):
			rest = append(rest, w)
		}
	}
	r.set = strings.Join(rest, "-")
	return r, what != 0
}
