package loaders

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pkg/errors"

	"euryale/internal/archive"
	"euryale/internal/decimal"
)

// pathTable is a CSV file of paths and labels.
type pathTable struct {
	path string
	rows []pathRow
}

type pathRow struct {
	line        int
	path, label string
}

// What columns are called, in lower case.
var (
	pathColumns  = []string{"path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "img", "img_path", "picture"}
	idColumns    = []string{"id", "image_id", "imageid", "img_id", "image_name", "uuid"} // of names without endings
	labelColumns = []string{"label", "labels", "class", "classes", "class_name", "classname", "category", "target", "name"}
	extensions   = []string{".png", ".jpg", ".jpeg", ".jpe", ".gif", ".bmp", ".webp", ".tif", ".tiff"}
)

// Limits of a table.
const (
	mostTable = 256 << 20 // bytes
	mostRows  = 2_000_000
)

// readPathTable reads a table. It is nil where the file is none.
func readPathTable(path string) (*pathTable, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	t := &pathTable{path: path}
	is, err := t.read(f)
	if err != nil || !is {
		return nil, errors.WithMessage(err, path)
	}
	return t, nil
}

// read reads the rows, if these are of paths.
func (t *pathTable) read(f io.Reader) (is bool, err error) {
	limited := &io.LimitedReader{R: f, N: mostTable + 1}
	text := bufio.NewReaderSize(limited, 64<<10)
	head, _ := text.Peek(64 << 10)
	if bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)]) {
		return false, nil
	}
	if mark := []byte("\ufeff"); bytes.HasPrefix(head, mark) {
		head = head[len(mark):]
		text.Discard(len(mark))
	}
	columns, headed := columnsOf(head)
	if columns == nil {
		return false, nil
	}
	r := csv.NewReader(text)
	r.Comma, r.ReuseRecord, r.FieldsPerRecord = rune(separator(firstLine(head))), true, -1
	for n := 0; ; n++ {
		record, err := r.Read()
		if limited.N == 0 || len(t.rows) > mostRows {
			return false, errors.Errorf("want a table of at most %s rows and %d MiB, got more", decimal.Group(mostRows), mostTable>>20)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return false, errors.Errorf("want a CSV file, got one that is not (%v)", err)
		}
		if n == 0 && headed {
			continue
		}
		if err := t.add(r, record, columns); err != nil {
			return false, err
		}
	}
	if len(t.rows) == 0 {
		return false, errors.New("want a path and a label a row, got no rows")
	}
	return true, nil
}

// add takes a row.
func (t *pathTable) add(r *csv.Reader, record, columns []string) error {
	line, _ := r.FieldPos(0)
	if len(record) != len(columns) {
		return errors.Errorf("line %d: want %d columns, as in the first line, got %d", line, len(columns), len(record))
	}
	row := pathRow{line: line}
	for i, c := range columns {
		switch c {
		case "path":
			row.path = strings.Clone(strings.TrimSpace(record[i]))
		case "label":
			row.label = strings.Clone(strings.TrimSpace(record[i]))
		}
	}
	name, err := archive.Clean(row.path)
	switch {
	case err != nil:
		return errors.WithMessagef(err, "line %d", line)
	case row.label == "":
		return errors.Errorf("line %d: want a label, got none", line)
	}
	row.path = name
	t.rows = append(t.rows, row)
	return nil
}

// columnsOf says what each column is, path, label or "", by the first two lines, and
// whether the first holds their names. It is nil where that is no table of paths.
func columnsOf(head []byte) (columns []string, headed bool) {
	r := csv.NewReader(bytes.NewReader(head))
	r.Comma, r.FieldsPerRecord = rune(separator(firstLine(head))), -1
	first, err := r.Read()
	if err != nil || len(first) < 2 {
		return nil, false
	}
	if columns := byName(first); columns != nil {
		return columns, true
	}
	if columns := byLook(first); columns != nil {
		return columns, false
	}
	if second, err := r.Read(); err == nil && len(second) == len(first) {
		return byLook(second), true
	}
	return nil, false
}

// byName finds the columns by their names.
func byName(header []string) []string {
	at := func(names []string) int {
		for _, want := range names {
			if i := slices.IndexFunc(header, func(got string) bool { return strings.EqualFold(strings.TrimSpace(got), want) }); i >= 0 {
				return i
			}
		}
		return -1
	}
	names, labels := at(pathColumns), at(labelColumns)
	if names < 0 {
		names = at(idColumns)
	}
	if labels < 0 && len(header) == 2 && names >= 0 && at(idColumns) == names {
		labels = 1 - names // such as breed
	}
	return named(len(header), names, labels)
}

// byLook finds them in a row of two, of which one is a picture's.
func byLook(row []string) []string {
	if len(row) != 2 {
		return nil
	}
	for i, field := range row {
		if isPicture(strings.TrimSpace(field)) {
			return named(2, i, 1-i)
		}
	}
	return nil
}

func named(n, path, label int) []string {
	if path < 0 || label < 0 {
		return nil
	}
	columns := make([]string, n)
	columns[path], columns[label] = "path", "label"
	return columns
}

// layout is the pictures of the table, by class and then in its order.
func (t *pathTable) layout(classes []string) (*layout, error) {
	folder := filepath.Dir(t.path)
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	if classes == nil {
		classes = t.classes()
	}
	label := map[string]int{}
	for i, c := range classes {
		label[c] = i
	}
	l := &layout{archive: archive.Single(folder, root.FS()), classes: classes}
	for _, row := range t.rows {
		if at, known := label[row.label]; known {
			l.train = append(l.train, labelled{len(l.train), at})
			l.archive.Files = append(l.archive.Files, archive.File{Name: row.path})
		}
	}
	if left := len(t.rows) - len(l.train); left > 0 {
		l.notes = append(l.notes, fmt.Sprintf("%s of no class asked for %s left out", decimal.Count(left, "row", "rows"), isAre(left)))
	}
	slices.SortStableFunc(l.train, func(a, b labelled) int { return a.label - b.label })
	finder := newPathFinder(root.FS(), filepath.Base(t.path))
	return l, inParallel(len(l.archive.Files), func(i int) error {
		l.archive.Files[i] = finder.find(l.archive.Files[i].Name)
		return nil
	})
}

// classes are the labels in order: of names byte by byte, of whole numbers by value.
func (t *pathTable) classes() []string {
	known, numbers := map[string]bool{}, true
	var names []string
	for _, row := range t.rows {
		if !known[row.label] {
			known[row.label] = true
			names = append(names, row.label)
			_, err := strconv.Atoi(row.label)
			numbers = numbers && err == nil
		}
	}
	slices.Sort(names)
	if numbers {
		slices.SortStableFunc(names, func(a, b string) int {
			x, _ := strconv.Atoi(a)
			y, _ := strconv.Atoi(b)
			return cmp.Compare(x, y)
		})
	}
	return names
}
