package safetensors

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// FuzzDecode reads anything; what is accepted is written, and read again as the
// same.
func FuzzDecode(f *testing.F) {
	python, err := os.ReadFile(golden)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(python)
	f.Add(python[:len(python)/2])
	f.Add([]byte(nil))
	for _, header := range []string{
		`{}`,
		`{"__metadata__":{"a":"\ud83d\ude00"}}`,
		`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F4","shape":[2,1],"data_offsets":[2,3]}}`,
		`{"a":{"dtype":"F16","shape":[],"data_offsets":[1,3]},"b":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}`,
		`{"a":{"dtype":"I64","shape":[9223372036854775807,0],"data_offsets":[3,3]},"":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}`,
	} {
		f.Add(raw(header, 3))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := bothRead(t, b)
		if err != nil {
			var format *FormatError
			if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("want a *FormatError of one line, got %#v", err)
			}
			return
		}
		written, err := Encode(file)
		if err != nil {
			t.Fatal(err)
		}
		again, err := bothRead(t, written)
		if diff := cmp.Diff(file, again); err != nil || diff != "" {
			t.Fatalf("%v (-read +written and read):\n%s", err, diff)
		}
		if twice, err := Encode(again); err != nil || !bytes.Equal(written, twice) {
			t.Fatalf("want the same bytes twice, %v", err)
		}
		for _, x := range file.Tensors { // none of these panics
			x.Float32s()
			x.Float64s()
			x.Int64s()
		}
	})
}
