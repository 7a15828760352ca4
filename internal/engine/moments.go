package engine

// The sums over a plane are taken in float64 and in a fixed order: four at a
// time side by side, since each addition would wait for the one before.

// total is Σ x.
func total[T float](x []T) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		a += float64(x[0])
		b += float64(x[1])
		c += float64(x[2])
		d += float64(x[3])
	}
	for _, v := range x {
		a += float64(v)
	}
	return (a + b) + (c + d)
}

// spread is Σ (x - mean)².
func spread[T float](x []T, mean float64) float64 {
	var a, b, c, d float64
	for ; len(x) >= 4; x = x[4:] {
		p, q, r, s := float64(x[0])-mean, float64(x[1])-mean, float64(x[2])-mean, float64(x[3])-mean
		a += p * p
		b += q * q
		c += r * r
		d += s * s
	}
	for _, v := range x {
		p := float64(v) - mean
		a += p * p
	}
	return (a + b) + (c + d)
}

// covered is Σ g and Σ g·(x - mean).
func covered[T float](g, x []T, mean float64) (sum, product float64) {
	var a, b, c, d float64
	for ; len(x) >= 2 && len(g) >= 2; g, x = g[2:], x[2:] {
		p, q := float64(g[0]), float64(g[1])
		a += p
		b += q
		c += p * (float64(x[0]) - mean)
		d += q * (float64(x[1]) - mean)
	}
	for i, v := range x {
		p := float64(g[i])
		a += p
		c += p * (float64(v) - mean)
	}
	return a + b, c + d
}
