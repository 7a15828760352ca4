package loaders

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// cifarZip is the 60,000 JPEG files of CIFAR-10, where EURYALE_DATA has them.
func cifarZip(t testing.TB) string {
	t.Helper()
	path := filepath.Join(os.Getenv(DirVariable), "cifar10", "cifar10-images.zip")
	if _, err := os.Stat(path); os.Getenv(DirVariable) == "" || err != nil {
		t.Skip("no cifar10/cifar10-images.zip in " + DirVariable)
	}
	return path
}

func TestOpenCIFAR10(t *testing.T) {
	path := cifarZip(t)
	start := time.Now()
	train, test, err := Open(t.Context(), path, OpenConfig{})
	must(t, err)
	t.Logf("opened in %v", time.Since(start))
	const want = "cifar10-images.zip training: 50,000 images of 32×32 in colour in 10 classes, from "
	if got := train.String(); got != want+path {
		t.Errorf("want %q, got %q", want+path, got)
	}
	if test.Len() != 10000 || test.Classes[9] != "truck" {
		t.Errorf("want 10,000 test images, the last class trucks, got %v", test)
	}
	streamed, _, err := Open(t.Context(), path, OpenConfig{Memory: 1})
	must(t, err)
	some := []int{49999, 0, 777, 25000, 0}
	a, err := train.Take(some)
	must(t, err)
	b, err := streamed.Take(some)
	must(t, err)
	if a.Checksum() != b.Checksum() || !streamed.Streamed() || train.Streamed() {
		t.Error("want the same images held and streamed")
	}
}

func BenchmarkOpenCIFAR10(b *testing.B) {
	path := cifarZip(b)
	for _, tt := range []struct {
		name   string
		memory int64
	}{{"held", 0}, {"streamed", 1}} {
		b.Run(tt.name, func(b *testing.B) {
			for b.Loop() {
				_, _, err := Open(b.Context(), path, OpenConfig{Memory: tt.memory})
				must(b, err)
			}
		})
	}
}
