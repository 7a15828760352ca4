package filters

import (
	"context"
	"image"
	"testing"
)

// BenchmarkApply filters a picture of 24 megapixels in colour.
func BenchmarkApply(b *testing.B) {
	const h, w = 4000, 6000
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i>>8 ^ i/w)
	}
	report := func(b *testing.B) {
		b.ReportMetric(float64(b.N)*h*w/1e6/b.Elapsed().Seconds(), "Mpixel/s")
	}
	for _, name := range []string{"blur", "gaussian-5x5", "motion-blur", "median", "median-9x9"} {
		b.Run(name, func(b *testing.B) {
			f, err := Find(name)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f.Apply(context.Background(), m, Wrap); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
	}
	for _, p := range []Pool{{Size: 2}, {Size: 2, Average: true}} {
		b.Run(p.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Apply(context.Background(), m); err != nil {
					b.Fatal(err)
				}
			}
			report(b)
		})
	}
}
