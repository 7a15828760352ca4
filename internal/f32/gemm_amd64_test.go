//go:build !purego

package f32

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The generator's register allocator knows nothing of the limits of AVX2.
func TestAVX2Registers(t *testing.T) {
	files, err := filepath.Glob("*_amd64.s")
	if err != nil || len(files) == 0 {
		t.Fatal("no assembly found", err)
	}
	beyond := regexp.MustCompile(`\b(Z\d+|K[0-7]|[XY](1[6-9]|[23]\d))\b`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, function := range strings.Split(string(text), "\nTEXT ")[1:] {
			name, code, _ := strings.Cut(function, "(SB)")
			if !strings.HasSuffix(name, "AVX2") {
				continue
			}
			if r := beyond.FindString(code); r != "" {
				t.Errorf("%s: %s uses %s", file, name, r)
			}
		}
	}
}

func BenchmarkPeak(b *testing.B) {
	const n = 10000
	b.Run(AVX2.String(), func(b *testing.B) {
		for b.Loop() {
			fmaPeakAVX2(n)
		}
		reportFlops(b, n*12*8*2)
	})
	if Best() < AVX512 {
		return
	}
	b.Run(AVX512.String(), func(b *testing.B) {
		for b.Loop() {
			fmaPeakAVX512(n)
		}
		reportFlops(b, n*12*16*2)
	})
}
