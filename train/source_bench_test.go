package train

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"euryale/graph"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// zipOfJPEGs is a file of n noisy colour pictures of 32×32, in two classes. They take
// longer to decode than photographs, whose rows have fewer codes.
func zipOfJPEGs(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "pictures.zip")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		m := image.NewRGBA(image.Rect(0, 0, 32, 32))
		for y := range 32 {
			for x := range 32 {
				m.Set(x, y, color.RGBA{uint8(8*x + rng.IntN(16)), uint8(8*y + rng.IntN(16)), uint8(rng.IntN(256)), 255})
			}
		}
		w, err := z.Create(fmt.Sprintf("%d/%05d.jpg", i%2, i))
		if err == nil {
			err = jpeg.Encode(w, m, &jpeg.Options{Quality: 90})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkSource is an epoch of resnet20 by where its samples come from: held in
// memory as they are; held, and cropped, flipped and normalised on the way; the
// same of JPEGs that are decoded anew. What the latter two take more is what
// augmentation and decoding cost; what is waited is the first batch of an epoch, where
// the cores keep up.
func BenchmarkSource(b *testing.B) {
	path := zipOfJPEGs(b, 2048)
	pipeline, err := augment.Parse("crop=4,flip")
	if err != nil {
		b.Fatal(err)
	}
	open := func(memory int64) *loaders.Dataset {
		d, _, err := loaders.Open(b.Context(), path, loaders.OpenConfig{Memory: memory})
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
	from := func(d *loaders.Dataset, c augment.Config) loaders.Source {
		s, err := augment.New(d, c)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	varied := augment.Config{Pipeline: pipeline, Mean: []float64{0.5, 0.5, 0.5}, Deviation: []float64{0.25, 0.25, 0.25}}
	held, streamed := open(0), open(1)
	for _, s := range []struct {
		name string
		data loaders.Source
	}{{"held", held}, {"augmented", from(held, varied)}, {"streamed", from(streamed, varied)}} {
		b.Run("source="+s.name, func(b *testing.B) {
			net, err := suiteNet("resnet20", graph.Shape{3, 32, 32}, graph.Fused)
			if err != nil {
				b.Fatal(err)
			}
			step := trainStep(b, net)
			var waited time.Duration
			for epoch := 1; b.Loop(); epoch++ {
				batches := loaders.NewBatches(s.data, loaders.BatchConfig{Epoch: epoch})
				for {
					start := time.Now()
					x := batches.Next()
					waited += time.Since(start)
					if x == nil {
						break
					}
					if err := step(x); err != nil {
						b.Fatal(err)
					}
				}
				if err := batches.Err(); err != nil {
					b.Fatal(err)
				}
			}
			samples := float64(b.N * s.data.Len())
			b.ReportMetric(b.Elapsed().Seconds()*1e6/samples, "µs/sample")
			b.ReportMetric(waited.Seconds()*1e6/samples, "µs-waited/sample")
			b.ReportMetric(0, "ns/op")
		})
	}
}
