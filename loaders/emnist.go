package loaders

import (
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pkg/errors"
)

// characters sets the names of the classes, and the labels that stand for them, of a
// dataset that has a mapping of labels to characters in dir, or is EMNIST's.
func (c *arrayConfig) characters(dir, set string) error {
	path := filepath.Join(dir, set+"-mapping.txt")
	text, err := readText(path)
	switch {
	case err == nil:
		c.known, c.relabel, err = mapping(text)
		return errors.WithMessage(err, path)
	case !errors.Is(err, os.ErrNotExist):
		return err
	}
	c.known = emnistClasses(set)
	if set == "emnist-letters" {
		c.relabel = map[int]int{}
		for i := range c.known {
			c.relabel[i+1] = i
		}
	}
	return nil
}

// readText reads a small file.
func readText(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", errors.WithStack(err) // it names the file
	}
	defer f.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return "", errors.WithStack(err)
	case len(text) > most:
		return "", errors.Errorf("%s: want a text of at most %d bytes, got more", path, most)
	}
	return string(text), nil
}

// mapping reads lines of a label and the codes of its characters, such as "1 65 97"
// for A and a.
func mapping(text string) (classes []string, relabel map[int]int, err error) {
	relabel = map[int]int{}
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		var name string
		label, err := strconv.Atoi(fields[0])
		_, twice := relabel[label]
		if err != nil || label < 0 || len(fields) < 2 || twice {
			return nil, nil, errors.Errorf("line %d: want a label of its own and codes of characters, such as 1 65 97, got %.50q", i+1, line)
		}
		for _, f := range fields[1:] {
			code, err := strconv.ParseUint(f, 10, 20)
			if err != nil || code < ' ' {
				return nil, nil, errors.Errorf("line %d: want the code of a character, got %.50q", i+1, f)
			}
			name += string(rune(code))
		}
		relabel[label] = len(classes)
		classes = append(classes, name)
	}
	if len(classes) == 0 {
		return nil, nil, errors.New("want lines of a label and the codes of its characters, such as 1 65 97, got none")
	}
	return classes, relabel, nil
}

// emnistClasses are the characters of EMNIST's datasets, by label, of letters from
// 1 on: arXiv:1702.05373, table II. nil of any other.
func emnistClasses(set string) []string {
	const digits, upper, lower = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
	switch set {
	case "emnist-digits", "emnist-mnist":
		return strings.Split(digits, "")
	case "emnist-byclass":
		return strings.Split(digits+upper+lower, "")
	case "emnist-balanced", "emnist-bymerge": // the rest look alike in both cases
		return strings.Split(digits+upper+"abdefghnqrt", "")
	case "emnist-letters":
		names := strings.Split(upper, "")
		for i := range names {
			names[i] += lower[i : i+1]
		}
		return names
	}
	return nil
}
