package augment

import (
	"fmt"
	"runtime"
	"testing"

	"euryale/loaders"
)

// BenchmarkTransforms is what each transform costs an image in colour, on one core: small
// ones and large ones. none is what it costs to make values of bytes and to normalise them,
// which is in the others too.
//
//	go test -run '^$' -bench Transforms ./loaders/augment
func BenchmarkTransforms(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, size := range []struct{ side, batch int }{{32, 128}, {224, 8}} {
		d := noisy(2*size.batch, 3, size.side, size.side)
		index := make([]int, size.batch)
		for i := range index {
			index[i] = 2 * i
		}
		for _, text := range benchmarked() {
			b.Run(fmt.Sprintf("name=%s/size=%d", text, size.side), func(b *testing.B) {
				s := source(b, d, Config{Pipeline: parsed(b, text), Mean: []float64{0.5}})
				to := &loaders.Batch{N: len(index)}
				for b.Loop() {
					to.Inputs, to.Targets = to.Inputs[:0], to.Targets[:0]
					to.Epoch++
					if err := s.Fill(to, index); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N*len(index)), "µs/image")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// benchmarked are all transforms alone, as the documentation of Parse has them, and a few
// together.
func benchmarked() []string {
	texts := []string{none}
	for _, k := range kinds {
		texts = append(texts, k.example)
	}
	return append(texts, "crop=4:reflect", "crop=4,flip", "shift=2,rotate=10,zoom=0.1,shear=5")
}
