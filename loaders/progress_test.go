package loaders

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMeter(t *testing.T) {
	tests := []struct {
		name  string
		live  bool
		total int64
		want  string
	}{
		{"terminal", true, 4 * step, "\rN: f:  25% of 0.52 MB \rN: f:  75% of 0.52 MB \rN: f: 100% of 0.52 MB \r\x1b[KN: f: 0.52 MB from m\n"},
		{"terminal, unknown length", true, -1, "\rN: f: 0.13 MB \rN: f: 0.39 MB \rN: f: 0.52 MB \r\x1b[KN: f: 0.52 MB from m\n"},
		{"elsewhere", false, 4 * step, "N: f: 0.52 MB from m\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			m := (&progress{w: &log, name: "N", live: tt.live}).start("f", tt.total)
			for _, n := range []int{step / 2, step / 2, 2 * step, step / 2, step / 2} {
				m.Write(make([]byte, n))
			}
			m.done("m")
			if diff := cmp.Diff(tt.want, log.String()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestProgressIsLiveOnTerminalsOnly(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if newProgress(f, "N").live {
		t.Error("live in a file")
	}
	newProgress(nil, "N").line("to nobody")
}
