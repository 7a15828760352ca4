package augment

import (
	"strconv"

	"github.com/pkg/errors"
)

// text is a transform's name and numbers.
func text(name string, numbers ...float64) string {
	between := "="
	for _, v := range numbers {
		name += between + strconv.FormatFloat(v, 'g', -1, 64)
		between = ":"
	}
	return name
}

// suffix is a border as it is written behind the numbers.
func suffix(b Border) string {
	if b == Black {
		return ""
	}
	return ":" + b.String()
}

func checkBorder(b Border) error {
	if int(b) < len(borders) {
		return nil
	}
	return errors.Errorf("want a border of black, edge or reflect, got the number %d", b)
}
