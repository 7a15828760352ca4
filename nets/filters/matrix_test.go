package filters

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseMatrix(t *testing.T) {
	sobel := Matrix{{-1, -2, -1}, {0, 0, 0}, {1, 2, 1}}
	for _, tt := range []struct {
		text string
		want Matrix
	}{
		{"-1 -2 -1; 0 0 0; 1 2 1", sobel},
		{"-1,-2,-1;0,0,0;1,2,1;", sobel},
		{"\n -1 -2\t-1 \r\n 0 0  0 \n 1 2 1 \n", sobel},
		{" -1, -2 ,-1 ; 0,0, 0\r\n1,2,1", sobel},
		{"1", Matrix{{1}}},
		{"1/4 .5 -1e2", Matrix{{0.25, 0.5, -100}}},
		{"1;2;+3", Matrix{{1}, {2}, {3}}},
	} {
		got, err := ParseMatrix(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%q: error %v (-want +got):\n%s", tt.text, err, diff)
		}
	}
}

func TestParseMatrixErrors(t *testing.T) {
	const none = "want rows of numbers such as '0 1 0; 1 -4 1; 0 1 0', got none"
	for _, tt := range []struct{ text, want string }{
		{"", none},
		{" ; ;\n", none},
		{"1 2 x", `row 1: want a number such as 2, -0.5 or 1/9, got "x"`},
		{"0,5 1 0,5", `row 1: want either blanks or commas between numbers, and decimal points, got "0,5 1 0,5"`},
		{"0 0, 0", `row 1: want either blanks or commas between numbers, and decimal points, got "0 0, 0"`},
		{"1,2,3; 1 2 3", `row 2: want either blanks or commas between numbers, and decimal points, got "1 2 3"`},
		{"0,5; 1; 0,5", "with commas between numbers, and decimal points: row 2: want 2 numbers as in row 1, got 1"},
		{"0,5; 1,0; 0,5", "with commas between numbers, and decimal points: want odd numbers of rows and columns, at most 99, got 3×2"},
		{"1,,2", `row 1: want a number such as 2, -0.5 or 1/9, got ""`},
		{"1,2,", `row 1: want a number such as 2, -0.5 or 1/9, got ""`},
		{"1 2 3; 1 2", "row 2: want 3 numbers as in row 1, got 2"},
		{"1 2; 3 4", "want odd numbers of rows and columns, at most 99, got 2×2"},
		{"1 2 3; 4 5 6", "want odd numbers of rows and columns, at most 99, got 2×3"},
		{"1 NaN 2", `row 1: want a number such as 2, -0.5 or 1/9, got "NaN"`},
		{"1 Inf 2", `row 1: want a number such as 2, -0.5 or 1/9, got "Inf"`},
		{"1 1e999 2", `row 1: want a number such as 2, -0.5 or 1/9, got "1e999"`},
		{"1 1/0 2", `row 1: want a number such as 2, -0.5 or 1/9, got "1/0"`},
		{"0/0", `row 1: want a number such as 2, -0.5 or 1/9, got "0/0"`},
		{"1/2/3", `row 1: want a number such as 2, -0.5 or 1/9, got "1/2/3"`},
		{"0x10", `row 1: want a number such as 2, -0.5 or 1/9, got "0x10"`},
		{"1 2000000 1", "row 1: want numbers between -1e6 and 1e6, got 2000000"},
	} {
		if _, err := ParseMatrix(tt.text); err == nil || err.Error() != tt.want {
			t.Errorf("%q: want %q, got %v", tt.text, tt.want, err)
		}
	}
}

// FuzzParseMatrix: what is read is a window with a middle, and is read again
// from its text.
func FuzzParseMatrix(f *testing.F) {
	for _, text := range []string{"", "-1 -2 -1; 0 0 0; 1 2 1", "1/9,2;3", ";;1\n", "1e6 -1E+6 .5", "1/0", "NaN", "99999999999999999999", "é"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMatrix(text)
		if err != nil {
			return
		}
		h, w := m.Size()
		if h%2 == 0 || w%2 == 0 || h > mostSide || w > mostSide {
			t.Fatalf("%q: got %d×%d", text, h, w)
		}
		for _, row := range m {
			if len(row) != w {
				t.Fatalf("%q: got rows of %d and %d", text, w, len(row))
			}
			for _, v := range row {
				if !(math.Abs(v) <= mostWeight) {
					t.Fatalf("%q: got %v", text, v)
				}
			}
		}
		again, err := ParseMatrix(m.String())
		if diff := cmp.Diff(m, again); diff != "" || err != nil {
			t.Fatalf("%q, printed as %q: error %v (-want +got):\n%s", text, m, err, diff)
		}
	})
}
