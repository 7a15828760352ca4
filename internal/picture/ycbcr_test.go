package picture

import (
	"image"
	"testing"
)

// BenchmarkFromYCbCr converts a picture with a quarter of the chroma.
func BenchmarkFromYCbCr(b *testing.B) {
	m := image.NewYCbCr(image.Rect(0, 0, 1024, 768), image.YCbCrSubsampleRatio420)
	for i := range m.Cb {
		m.Y[4*i], m.Cb[i], m.Cr[i] = uint8(i), uint8(i*7), uint8(i*3)
	}
	for b.Loop() {
		fromYCbCr(m)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(1024*768), "ns/pixel")
}
