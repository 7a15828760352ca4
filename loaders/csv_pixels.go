package loaders

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

const (
	maxLine   = 16 << 20 // bytes of a header
	maxColumn = 1 << 21  // columns
)

// csvReader reads pixels and labels from a CSV file, an image a line.
type csvReader struct {
	b     *bufio.Reader
	name  string
	comma byte // or what else separates
	line  int  // counted from 1

	uses   []columnUse // by column
	pixels []uint8
	labels []byte // as int32, little-endian
}

// columnUse is what a column is.
type columnUse uint8

const (
	isPixel columnUse = iota
	isLabel
	isOther // such as an index: it is not read
)

// noLabelsError is of a file with pixels and without labels.
type noLabelsError struct{ file string }

func (e *noLabelsError) Error() string {
	return e.file + ": want a column of labels, got none: it is a test set for predictions, as Kaggle has them, and nothing to train on or to test with"
}

// readPixelsCSV reads a CSV file of pixels, gzip or plain: a label and the pixels of
// an image on each line, from 0 to 255. A header names the columns: label, class,
// target, digit, emotion or y, anywhere; id, ImageId, index and an unnamed one are
// passed over; all else are pixels, in this order. Without one, the label is first.
// Commas may be semicolons or tabs.
func readPixelsCSV(r io.Reader, name string) (images, labels *raw, err error) {
	u, err := uncompressed(r)
	if err != nil {
		return nil, nil, readError(name, 0, err)
	}
	c := &csvReader{b: bufio.NewReaderSize(u, 1<<18), name: name}
	if err := c.header(); err != nil {
		return nil, nil, err
	}
	for {
		done, err := c.row()
		if err != nil {
			return nil, nil, err
		}
		if done {
			break
		}
	}
	n := len(c.labels) / 4
	if n == 0 {
		return nil, nil, errors.Errorf("%s: want a line for each image, got none", name)
	}
	images = &raw{name: name, shape: []int{n, len(c.pixels) / n}, typ: scalar.Uint8, data: c.pixels}
	return images, &raw{name: name, shape: []int{n}, typ: scalar.Int32, data: c.labels}, nil
}

// header reads the first line if it is one of names, and sets the columns.
func (c *csvReader) header() error {
	first, err := c.peekLine()
	if err != nil {
		return err
	}
	c.comma = separator(first)
	names := strings.Split(first, string(c.comma))
	if len(names) > maxColumn {
		return errors.Errorf("%s: line 1: want at most %d columns, got more", c.name, maxColumn)
	}
	c.uses = make([]columnUse, len(names))
	if isRow(names) {
		c.uses[0] = isLabel
		return c.checkColumns(len(names))
	}
	if k := kindOf([]byte(first)); k.name != "" {
		return errors.Errorf("%s: want a CSV file of pixels, got %v", c.name, k)
	}
	label := -1
	for i, n := range names {
		switch n = strings.ToLower(strings.Trim(strings.TrimSpace(n), `"`)); n {
		case "label", "labels", "class", "target", "digit", "y", "emotion":
			if label >= 0 {
				return errors.Errorf("%s: line 1: want one column of labels, got columns %d and %d", c.name, label+1, i+1)
			}
			label, c.uses[i] = i, isLabel
		case "id", "imageid", "image_id", "index", "", "unnamed: 0":
			c.uses[i] = isOther
		}
	}
	if label < 0 {
		return &noLabelsError{c.name}
	}
	_, err = c.b.Discard(len(first))
	if err == nil {
		err = c.skipLine()
	}
	c.line = 1
	return err
}

// checkColumns reports a file without a header whose columns can only be pixels.
func (c *csvReader) checkColumns(n int) error {
	if _, err := (&arrayConfig{}).flat(n - 1); err != nil && n > 1 {
		if _, err := (&arrayConfig{}).flat(n); err == nil && n > 4 {
			return &noLabelsError{c.name}
		}
	}
	return nil
}

// peekLine is the first line, without its end, and leaves it to be read.
func (c *csvReader) peekLine() (string, error) {
	if bom, _ := c.b.Peek(3); string(bom) == "\ufeff" {
		c.b.Discard(3) // it is buffered
	}
	for size := 1 << 12; ; size *= 2 {
		if size > c.b.Size() {
			c.b = bufio.NewReaderSize(c.b, 2*size)
		}
		head, err := c.b.Peek(size)
		if end := bytes.IndexAny(head, "\r\n"); end >= 0 {
			return string(head[:end]), nil
		}
		switch {
		case err == io.EOF:
			return string(head), nil
		case err != nil:
			return "", readError(c.name, 0, err)
		case size >= maxLine:
			return "", errors.Errorf("%s: line 1: want a line of at most %d bytes, got more: it is no CSV file of pixels", c.name, maxLine)
		}
	}
}

// skipLine reads the end of a line.
func (c *csvReader) skipLine() error {
	for _, end := range "\r\n" {
		b, err := c.b.ReadByte()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return c.failed(err)
		case b != byte(end):
			if err := c.b.UnreadByte(); err != nil {
				return err
			}
		}
	}
	return nil
}

// firstLine is the text up to the first line's end.
func firstLine(head []byte) string {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return string(line)
}

// separator is what separates the columns of a line: a comma, a semicolon or a tab,
// of which there are most.
func separator(line string) byte {
	best, most := byte(','), 0
	for _, s := range []byte(",;\t") {
		if n := strings.Count(line, string(s)); n > most {
			best, most = s, n
		}
	}
	return best
}

// isRow says whether all fields are numbers: a header has none.
func isRow(fields []string) bool {
	for _, f := range fields {
		if _, err := strconv.ParseFloat(strings.Trim(strings.TrimSpace(f), `"`), 64); err != nil {
			return false
		}
	}
	return true
}

// row reads the next line that is not empty; done means that there is none.
func (c *csvReader) row() (done bool, err error) {
	c.line++
	start := len(c.pixels)
	for column := 0; ; column++ {
		v, end, empty, err := c.field(column)
		if err != nil {
			return false, err
		}
		if empty && column == 0 && end != c.comma {
			if end == 0 {
				return true, nil
			}
			c.line++ // an empty line
			column--
			continue
		}
		if column >= len(c.uses) {
			return false, errors.Errorf("%s: line %d: want %d columns, got more", c.name, c.line, len(c.uses))
		}
		switch c.uses[column] {
		case isLabel:
			if empty || v < 0 || v >= maxClasses {
				return false, c.wrong(column, fmt.Sprintf("a label from 0 to %d", maxClasses-1), v, empty)
			}
			c.labels = binary.LittleEndian.AppendUint32(c.labels, uint32(v))
		case isPixel:
			if empty || v < 0 || v > 255 {
				return false, c.wrong(column, "a pixel from 0 to 255", v, empty)
			}
			c.pixels = append(c.pixels, uint8(v))
		}
		if end == c.comma {
			continue
		}
		if column+1 < len(c.uses) {
			return false, errors.Errorf("%s: line %d: want %d columns, got %d", c.name, c.line, len(c.uses), column+1)
		}
		if len(c.pixels) > maxContent {
			return false, errors.Errorf("%s: line %d: want at most %d bytes of pixels, got more", c.name, c.line, maxContent)
		}
		if len(c.pixels) == start {
			return false, errors.Errorf("%s: line %d: want columns of pixels, got none", c.name, c.line)
		}
		return false, nil
	}
}

// wrong is the error of a number that is none for that column.
func (c *csvReader) wrong(column int, want string, v int, empty bool) error {
	got := strconv.Itoa(v)
	if empty {
		got = "nothing"
	}
	return errors.Errorf("%s: line %d, column %d: want %s, got %s", c.name, c.line, column+1, want, got)
}

// field reads a whole number and what ends it: the separator, '\n' or, at the end
// of the file, 0. Most are a few digits in the buffer.
func (c *csvReader) field(column int) (v int, end byte, empty bool, err error) {
	b, _ := c.b.Peek(5) // an error comes again
	for i, d := range b {
		if d >= '0' && d <= '9' {
			v = 10*v + int(d-'0')
			continue
		}
		if i > 0 && (d == c.comma || d == '\n') {
			_, err := c.b.Discard(i + 1)
			return v, d, false, err
		}
		break
	}
	return c.slowField(column)
}

// slowField reads any field.
func (c *csvReader) slowField(column int) (v int, end byte, empty bool, err error) {
	var text []byte
	for end = c.comma; ; {
		d, err := c.b.ReadByte()
		if err == io.EOF {
			end = 0
			break
		}
		if err != nil {
			return 0, 0, false, c.failed(err)
		}
		if d == c.comma {
			break
		}
		if d == '\n' || d == '\r' {
			if d == '\r' {
				if err := c.b.UnreadByte(); err != nil {
					return 0, 0, false, err
				}
				if err := c.skipLine(); err != nil {
					return 0, 0, false, err
				}
			}
			end = '\n'
			break
		}
		if text = append(text, d); len(text) > 1<<12 {
			return 0, 0, false, errors.Errorf("%s: line %d, column %d: want a whole number, got %.20q…", c.name, c.line, column+1, text)
		}
	}
	field := strings.Trim(strings.TrimSpace(string(text)), `"`)
	if field == "" || column < len(c.uses) && c.uses[column] == isOther {
		return 0, end, field == "", nil
	}
	if whole, zeros, point := strings.Cut(field, "."); point && strings.Trim(zeros, "0") == "" { // as pandas writes floats
		field = whole
	}
	v, err = strconv.Atoi(field)
	if err != nil {
		return 0, 0, false, errors.Errorf("%s: line %d, column %d: want a whole number, got %.40q", c.name, c.line, column+1, text)
	}
	return v, end, false, nil
}

// failed is an error of the reader.
func (c *csvReader) failed(err error) error {
	return errors.WithMessagef(readError(c.name, 0, err), "line %d", c.line)
}

// openPixelsCSV reads the CSV file at path to train on, and the one beside it whose
// name has test where this has train, if it is there and has labels.
func openPixelsCSV(path string, c *arrayConfig) (train, test *Dataset, err error) {
	p := parts{}
	dir, base := filepath.Split(path)
	for _, name := range []string{base, strings.Replace(base, "train", "test", 1)} {
		part := "train"
		if len(p) > 0 {
			part = "test"
			if info, err := os.Stat(dir + name); name == base || err != nil || !info.Mode().IsRegular() {
				break
			}
		}
		images, labels, err := readPixelsFile(dir + name)
		if missing := (*noLabelsError)(nil); part == "test" && errors.As(err, &missing) {
			break // it is for predictions
		}
		if err != nil {
			return nil, nil, err
		}
		p[part] = &pair{images: images, labels: labels}
	}
	return p.datasets(path, c)
}

func readPixelsFile(path string) (images, labels *raw, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.WithStack(err) // it names the file
	}
	defer f.Close()
	return readPixelsCSV(f, path)
}

// looksLikePixels says whether text, the beginning of a file, is of lines of a CSV
// file of pixels: of 5 columns or more whose last line, but for one that is cut, has
// numbers alone.
func looksLikePixels(head []byte) bool {
	text := strings.TrimPrefix(string(head), "\ufeff")
	lines := strings.SplitN(strings.ReplaceAll(text, "\r", ""), "\n", 3)
	s := separator(lines[0])
	fields := strings.Split(lines[0], string(s))
	if len(fields) < 5 {
		return false
	}
	if len(lines) > 1 && strings.TrimSpace(lines[1]) != "" {
		second := strings.Split(lines[1], string(s))
		if len(lines) == 2 { // it may be cut
			second = second[:len(second)-1]
		}
		return len(second) >= min(5, len(fields)-1) && isRow(second)
	}
	return isRow(fields[:len(fields)-1]) || slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "pixel") })
}
