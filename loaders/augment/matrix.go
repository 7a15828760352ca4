package augment

import "math"

// matrix maps points of an image to points of another, both measured in pixels
// from the middle, x to the right and y downwards:
//
//	(x', y') = (m0·x + m1·y + m2, m3·x + m4·y + m5) / (m6·x + m7·y + m8)
type matrix [9]float64

var identity = matrix{0: 1, 4: 1, 8: 1}

// times is n first, then m.
func (m matrix) times(n matrix) (p matrix) {
	for i := range 3 {
		for j := range 3 {
			p[3*i+j] = m[3*i]*n[j] + m[3*i+1]*n[3+j] + m[3*i+2]*n[6+j]
		}
	}
	return p
}

// inverse is that of m, but for a factor above 0 where the determinant of m is.
func (m matrix) inverse() matrix {
	return matrix{
		m[4]*m[8] - m[5]*m[7], m[2]*m[7] - m[1]*m[8], m[1]*m[5] - m[2]*m[4],
		m[5]*m[6] - m[3]*m[8], m[0]*m[8] - m[2]*m[6], m[2]*m[3] - m[0]*m[5],
		m[3]*m[7] - m[4]*m[6], m[1]*m[6] - m[0]*m[7], m[0]*m[4] - m[1]*m[3],
	}
}

// affine reports whether parallels stay so.
func (m matrix) affine() bool { return m[6] == 0 && m[7] == 0 }

// shifted moves by so many pixels to the right and down.
func shifted(dx, dy float64) matrix { return matrix{1, 0, dx, 0, 1, dy, 0, 0, 1} }

// rotated turns clockwise, as y grows downwards.
func rotated(degrees float64) matrix {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return matrix{cos, -sin, 0, sin, cos, 0, 0, 0, 1}
}

// scaled enlarges.
func scaled(factor float64) matrix { return matrix{0: factor, 4: factor, 8: 1} }

// sheared leans lines that go down to the right by an angle.
func sheared(degrees float64) matrix {
	return matrix{1, math.Tan(degrees * math.Pi / 180), 0, 0, 1, 0, 0, 0, 1}
}

// quad maps the corners of an image of so many pixels, from the top left one
// clockwise, to those given, measured as a matrix does: P. Heckbert, Fundamentals
// of Texture Mapping and Image Warping, 1989, section 2.2.3. They must be those of
// a convex quadrilateral, clockwise.
func quad(w, h float64, x, y [4]float64) matrix {
	dx1, dx2, sx := x[1]-x[2], x[3]-x[2], x[0]-x[1]+x[2]-x[3]
	dy1, dy2, sy := y[1]-y[2], y[3]-y[2], y[0]-y[1]+y[2]-y[3]
	det := dx1*dy2 - dx2*dy1
	g, k := (sx*dy2-dx2*sy)/det, (dx1*sy-sx*dy1)/det
	unit := matrix{
		x[1] - x[0] + g*x[1], x[3] - x[0] + k*x[3], x[0],
		y[1] - y[0] + g*y[1], y[3] - y[0] + k*y[3], y[0],
		g, k, 1,
	}
	return unit.times(matrix{1 / w, 0, 0.5, 0, 1 / h, 0.5, 0, 0, 1})
}
