package augment

// Noise adds to each value a number of its own from a normal distribution of mean
// 0; values stay within 0 and 1.
type Noise struct {
	Deviation float64 // of the distribution, white being 1: above 0, at most 1
}

var _ Transform = Noise{}

func (t Noise) String() string        { return text("noise", t.Deviation) }
func (t Noise) check() error          { return within("a deviation", "", t.Deviation, 1) }
func (Noise) suits(_, _, _ int) error { return nil }

func (t Noise) apply(im *image) {
	for i, v := range im.x {
		im.x[i] = cut(v + float32(t.Deviation*im.rng.NormFloat64()))
	}
}
