package drawn

import "testing"

// What tells one garment from another must show on the average.
func TestGarmentShapes(t *testing.T) {
	// The labels, in the order that Fashion-MNIST's authors gave them.
	const (
		tShirt = iota
		trouser
		pullover
		dress
		coat
		sandal
		shirt
		sneaker
		bag
		ankleBoot
	)
	d := Garments(19, Training, 2000)
	means := classMeans(d)
	// part is how bright a class is on the average within a rectangle of
	// pixels.
	part := func(class, left, top, right, bottom int) float64 {
		var sum float64
		for y := top; y < bottom; y++ {
			for x := left; x < right; x++ {
				sum += means[class][y*Side+x]
			}
		}
		return sum / float64((right-left)*(bottom-top))
	}
	whole := func(class int) float64 { return part(class, 0, 0, Side, Side) }
	for _, c := range []struct {
		name          string
		brighter, dim float64
	}{
		{"a pullover's sleeves reach further down than a T-shirt's", part(pullover, 3, 14, 7, 21), part(tShirt, 3, 14, 7, 21)},
		{"a coat is longer than a pullover", part(coat, 9, 25, 19, 28), part(pullover, 9, 25, 19, 28)},
		{"a coat is open in front", part(coat, 16, 20, 18, 26), part(coat, 13, 20, 15, 26)},
		{"a trouser's legs part", part(trouser, 13, 4, 15, 7), part(trouser, 13, 18, 15, 24)},
		{"a dress widens to its hem", part(dress, 7, 19, 10, 24), part(dress, 7, 11, 10, 15)},
		{"a sandal is the least of all", whole(sneaker), whole(sandal)},
		{"a boot is taller than a sneaker", part(ankleBoot, 15, 4, 22, 10), part(sneaker, 15, 4, 22, 10)},
		{"shoes point to the left", part(ankleBoot, 2, 18, 8, 24), part(ankleBoot, 2, 5, 8, 11)},
		{"a bag hangs from its handle", part(bag, 10, 16, 18, 22), part(bag, 12, 8, 16, 12)},
		{"a bag is deeper than a sneaker", part(bag, 9, 21, 19, 24), part(sneaker, 9, 21, 19, 24)},
	} {
		if c.brighter < c.dim*1.15 {
			t.Errorf("%s: want %.0f to be at least 15 %% more than %.0f", c.name, c.brighter, c.dim)
		}
	}
	// On the average a shirt is a pullover; what is its own is dark and light
	// side by side.
	if s, p := contrast(d, shirt), contrast(d, pullover); s < 1.15*p {
		t.Errorf("a shirt has buttons: want its middle to vary more than a pullover's %.1f, got %.1f", p, s)
	}
}

// contrast is how much neighbours differ down the middle of a class's images.
func contrast(d *Set, class uint8) float64 {
	var sum, n float64
	for i, l := range d.Labels {
		if l != class {
			continue
		}
		for y := 10; y < 20; y++ {
			row := pixelFloats(d.image(i)[y*Side+11 : y*Side+18])
			for x := 1; x < len(row); x++ {
				sum, n = sum+max(row[x]-row[x-1], row[x-1]-row[x]), n+1
			}
		}
	}
	return sum / n
}
