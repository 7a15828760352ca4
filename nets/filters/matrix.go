package filters

import (
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"
)

// Matrix is rows of numbers, all of one length: the weights of a filter, or the
// pixels that they lie on.
type Matrix [][]float64

// Limits of a matrix that a user writes: a window of thousands of pixels takes
// minutes, and beyond these weights float32 has no pixel left.
const (
	mostSide   = 99
	mostWeight = 1e6
)

// ParseMatrix reads rows of numbers, separated by semicolons or line ends, the
// numbers in a row by blanks, "-1 -2 -1; 0 0 0; 1 2 1", or everywhere by
// commas, "-1,-2,-1; 0,0,0; 1,2,1": where both stand between numbers, a comma
// may be meant for a decimal point. A number may be a fraction: 1/9. Both sides
// must be odd, at most 99, so that there is a pixel in the middle; numbers must
// lie between ±10⁶.
func ParseMatrix(text string) (Matrix, error) {
	rows := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' })
	commas := strings.Contains(text, ",")
	var m Matrix
	for _, row := range rows {
		if strings.TrimSpace(row) == "" {
			continue // such as after the last semicolon
		}
		fields, err := split(row, commas)
		if err != nil {
			return nil, errors.WithMessagef(err, "row %d", len(m)+1)
		}
		numbers, err := parseRow(fields)
		if err != nil {
			return nil, errors.WithMessagef(err, "row %d", len(m)+1)
		}
		m = append(m, numbers)
	}
	err := m.check()
	if err != nil && commas {
		err = errors.WithMessage(err, "with commas between numbers, and decimal points")
	}
	return m, err
}

// split cuts a row at commas or else at blanks.
func split(row string, commas bool) ([]string, error) {
	if !commas {
		return strings.Fields(row), nil
	}
	fields := strings.Split(row, ",")
	for i, field := range fields {
		fields[i] = strings.TrimSpace(field)
		if len(strings.Fields(field)) > 1 {
			return nil, errors.Errorf("want either blanks or commas between numbers, and decimal points, got %q", strings.TrimSpace(row))
		}
	}
	return fields, nil
}

func parseRow(fields []string) ([]float64, error) {
	numbers := make([]float64, len(fields))
	for i, field := range fields {
		v, err := ParseNumber(field)
		if err != nil {
			return nil, err
		}
		if math.Abs(v) > mostWeight {
			return nil, errors.Errorf("want numbers between -1e6 and 1e6, got %s", field)
		}
		numbers[i] = v
	}
	return numbers, nil
}

// ParseNumber reads a decimal number or a fraction of two: 0.2, -3, 1/16.
func ParseNumber(text string) (float64, error) {
	above, below, isFraction := strings.Cut(text, "/")
	v, err := parseFinite(above)
	if err == nil && isFraction {
		var divisor float64
		divisor, err = parseFinite(below)
		v /= divisor
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, errors.Errorf("want a number such as 2, -0.5 or 1/9, got %q", text)
	}
	return v, nil
}

// parseFinite takes decimal numbers only: what else strconv reads, such as
// 0x1p-2, 1_0 or Inf, is more likely a slip.
func parseFinite(text string) (float64, error) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(text, 64)
}

// check reports a matrix that is no window with a pixel in its middle.
func (m Matrix) check() error {
	if len(m) == 0 {
		return errors.New("want rows of numbers such as '0 1 0; 1 -4 1; 0 1 0', got none")
	}
	for i, row := range m {
		if len(row) != len(m[0]) {
			return errors.Errorf("row %d: want %d numbers as in row 1, got %d", i+1, len(m[0]), len(row))
		}
		for _, v := range row {
			if !(math.Abs(v) <= mostWeight) {
				return errors.Errorf("row %d: want numbers between -1e6 and 1e6, got %v", i+1, v)
			}
		}
	}
	h, w := m.Size()
	if h%2 == 0 || w%2 == 0 || max(h, w) > mostSide {
		return errors.Errorf("want odd numbers of rows and columns, at most %d, got %d×%d", mostSide, h, w)
	}
	return nil
}

// Size is the number of rows and of columns.
func (m Matrix) Size() (h, w int) {
	if len(m) == 0 {
		return 0, 0
	}
	return len(m), len(m[0])
}

// String is the matrix as ParseMatrix reads it.
func (m Matrix) String() string {
	var b strings.Builder
	for i, row := range m {
		if i > 0 {
			b.WriteString("; ")
		}
		for j, v := range row {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	return b.String()
}

// scaled is all numbers times s, row by row.
func (m Matrix) scaled(s float64) []float32 {
	var values []float32
	for _, row := range m {
		for _, v := range row {
			values = append(values, float32(v*s))
		}
	}
	return values
}
