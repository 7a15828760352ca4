package drawn

import "math"

// Garments draws n garments, light on black, none if n is negative, of
// Fashion-MNIST's ten classes in the order of its labels: T-shirt, trouser,
// pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.
//
// Each is a silhouette of random proportions, cut from plain, striped, checked,
// dotted or shaded cloth with folds, with what tells its class: a shirt has a
// collar and buttons, a coat is longer and open in front. They are distorted as
// digits are, with blur and noise.
func Garments(seed uint64, split Split, n int) *Set {
	return drawSet(paintGarment, imageSeed{seed, split}, n)
}

// paintGarment draws one garment.
func paintGarment(c *canvas, class int) {
	c.distort(distortion{size: 12, rotate: 0.17, shear: 0.15, scale: 0.14, shift: 2, elastic: 0.8})
	g := newTailor(c)
	garments[class](g)
	c.blur(c.between(0.25, 0.6))
	c.noise(c.between(0, 0.05))
}

// garments has the drawing of each class, by label.
var garments = [Classes]func(*tailor){
	(*tailor).tShirt, (*tailor).trouser, (*tailor).pullover, (*tailor).dress, (*tailor).coat,
	(*tailor).sandal, (*tailor).shirt, (*tailor).sneaker, (*tailor).bag, (*tailor).ankleBoot,
}

// top is what is worn above the waist, by its right half.
type top struct {
	high, hem              float64 // y of the shoulder at the neck, and of the hem
	neck, drop             float64 // half the width of the neckline, and its depth
	shoulder, chest, waist float64 // half widths
	flare                  float64 // half the width of the hem
	sleeve                 float64 // length; 0 for none
	lift                   float64 // angle of the sleeve away from hanging straight down
	cuff                   float64 // width of the sleeve's end
}

// newTop has the proportions that all tops share.
func (g *tailor) newTop() top {
	chest := g.between(0.42, 0.52)
	return top{
		high: g.between(-0.9, -0.8), hem: g.between(0.75, 0.9),
		neck: g.between(0.16, 0.24), drop: g.between(0.08, 0.16),
		shoulder: chest + g.between(0, 0.06), chest: chest, waist: chest * g.between(0.88, 1),
		flare: chest * g.between(0.95, 1.05),
	}
}

// shortSleeves and longSleeves give a top its sleeves.
func (g *tailor) shortSleeves(t *top) {
	t.sleeve, t.lift, t.cuff = g.between(0.4, 0.6), g.between(0.5, 0.9), g.between(0.24, 0.3)
}

func (g *tailor) longSleeves(t *top) {
	t.sleeve, t.lift, t.cuff = g.between(1.3, 1.5), g.between(0.18, 0.34), g.between(0.14, 0.2)
}

// armpit is where the sleeve leaves the body on the right.
func (t *top) armpit() point { return point{t.chest, t.high + 0.42} }

// middle is the y of the waist.
func (t *top) middle() float64 { return t.armpit().y + 0.35*(t.hem-t.armpit().y) }

// cuffEnds are the corners of the right sleeve's end: tip the outer, inner the
// other.
func (t *top) cuffEnds() (tip, inner point) {
	sin, cos := math.Sincos(t.lift)
	tip = point{t.shoulder + t.sleeve*sin, t.high + 0.1 + t.sleeve*cos}
	return tip, point{tip.x - t.cuff*cos, tip.y + t.cuff*sin}
}

// sewTop draws the body and then the sleeves, so that a seam is seen between
// them.
func (g *tailor) sewTop(t top) {
	shoulder := point{t.shoulder, t.high + 0.1}
	g.fill(g.cloth, mirrored(
		point{0, t.high + t.drop}, point{t.neck * 0.6, t.high + t.drop*0.8}, point{t.neck, t.high}, shoulder,
		t.armpit(), point{t.waist, t.middle()}, point{t.flare, t.hem}, point{0, t.hem + 0.03},
	))
	g.bothSides(g.shaded(-0.12), shoulder, t.armpit())
	if t.sleeve == 0 {
		return
	}
	tip, inner := t.cuffEnds()
	elbow := point{(shoulder.x+tip.x)/2 + 0.04, (shoulder.y + tip.y) / 2}
	for _, side := range []float64{1, -1} {
		g.fill(g.shaded(-0.06), onSide(side, shoulder, elbow, tip, inner, t.armpit()))
		g.stroke(g.shaded(-0.25), 0.05, onSide(side, shoulder, t.armpit())...)
	}
}

func (g *tailor) tShirt() {
	t := g.newTop()
	g.shortSleeves(&t)
	t.neck += 0.04
	if g.chance(0.3) {
		t.drop += 0.15
	}
	g.sewTop(t)
	if g.chance(0.35) {
		w, h, y := g.between(0.12, 0.28), g.between(0.08, 0.2), g.between(-0.3, 0)
		g.fill(g.trim, rectangle(-w, y-h, w, y+h))
	}
}

func (g *tailor) pullover() {
	t := g.newTop()
	g.longSleeves(&t)
	g.sewTop(t)
	rib := g.shaded(-0.15)
	tip, inner := t.cuffEnds()
	g.fill(rib, rectangle(-t.flare, t.hem-0.12, t.flare, t.hem+0.02))
	for _, side := range []float64{1, -1} {
		g.stroke(rib, 0.14, onSide(side, tip, inner)...)
	}
	switch g.IntN(3) {
	case 0: // a roll neck
		g.fill(rib, rectangle(-t.neck, t.high-0.12, t.neck, t.high+t.drop))
	case 1: // a band over the chest
		y := g.between(-0.35, 0)
		g.fill(g.trim, rectangle(-t.chest*0.95, y, t.chest*0.95, y+g.between(0.12, 0.3)))
	}
}

func (g *tailor) shirt() {
	t := g.newTop()
	g.longSleeves(&t)
	if g.chance(0.3) {
		g.shortSleeves(&t)
	}
	g.sewTop(t)
	g.fill(g.dark, []point{{-t.neck * 0.7, t.high}, {t.neck * 0.7, t.high}, {0, t.high + t.drop + 0.1}})
	for _, side := range []float64{1, -1} {
		wing := onSide(side,
			point{0.02, t.high + t.drop + 0.12}, point{t.neck * 0.9, t.high + 0.32},
			point{t.neck + 0.06, t.high - 0.04}, point{t.neck * 0.5, t.high - 0.1})
		g.fill(g.bare, wing)
		g.stroke(g.dark, 0.05, wing[:3]...)
	}
	g.buttons(t.high+t.drop+0.16, t.hem)
	if g.chance(0.5) {
		x, y := t.chest*0.5, t.high+g.between(0.45, 0.55)
		g.stroke(g.trim, 0.05, point{x - 0.12, y}, point{x - 0.12, y + 0.22}, point{x + 0.12, y + 0.22}, point{x + 0.12, y})
	}
}

// buttons draws a placket down the middle, and a row of buttons on it.
func (g *tailor) buttons(from, to float64) {
	g.fill(g.bare, rectangle(-0.09, from, 0.09, to))
	g.stroke(g.dark, 0.05, point{-0.1, from}, point{-0.1, to})
	step := g.between(0.24, 0.32)
	for y := from + 0.1; y < to-0.05; y += step {
		g.fill(g.trim, rectangle(-0.05, y-0.055, 0.05, y+0.055))
	}
}

func (g *tailor) dress() {
	t := g.newTop()
	t.high, t.hem = -0.98, g.between(0.9, 1.02)
	t.chest = g.between(0.26, 0.34)
	t.shoulder, t.waist, t.flare = t.chest*g.between(0.75, 1), t.chest*g.between(0.7, 0.95), g.between(0.4, 0.65)
	if g.chance(0.4) {
		g.shortSleeves(&t)
		t.sleeve *= 0.8
		t.cuff *= 0.8
	}
	g.sewTop(t)
	if g.chance(0.6) {
		y := t.middle()
		g.stroke(g.trim, 0.09, point{-t.waist, y}, point{t.waist, y})
	}
}

func (g *tailor) coat() {
	t := g.newTop()
	t.high, t.hem = -0.98, g.between(0.95, 1.04)
	t.waist, t.flare = t.chest*g.between(0.8, 0.95), t.chest*g.between(1, 1.2)
	g.longSleeves(&t)
	g.sewTop(t)
	// The front is open: what is under it is dark, and the lapels fold
	// outwards.
	open := g.between(0.08, 0.17)
	low := t.high + g.between(0.5, 0.8)
	g.fill(g.dark, []point{{-t.neck, t.high}, {t.neck, t.high}, {0.02, low}, {open, t.hem + 0.05}, {-open, t.hem + 0.05}, {-0.02, low}})
	for _, side := range []float64{1, -1} {
		g.fill(g.shaded(0.14), onSide(side, point{t.neck, t.high - 0.03}, point{t.neck + 0.14, t.high + 0.3}, point{0.03, low}, point{t.neck * 0.7, t.high}))
		if g.chance(0.7) {
			g.stroke(g.trim, 0.06, onSide(side, point{0.16, 0.38}, point{0.36, 0.32})...)
		}
	}
	if g.chance(0.35) {
		g.stroke(g.trim, 0.1, point{-t.waist, 0.1}, point{t.waist, 0.1})
	}
}

func (g *tailor) trouser() {
	waist, hip, hem := g.between(0.28, 0.36), g.between(0.34, 0.44), g.between(0.14, 0.26)
	stand, crotch := g.between(0.06, 0.22), g.between(-0.5, -0.3)
	g.fill(g.cloth, mirrored(
		point{0, -0.98}, point{waist, -0.98}, point{hip, crotch - 0.1}, point{stand + hem, 0.98},
		point{stand, 0.98}, point{0.03, crotch}, point{0, crotch},
	))
	g.fill(g.trim, rectangle(-waist, -0.99, waist, -0.88))
	g.stroke(g.shaded(-0.25), 0.05, point{0, -0.88}, point{0, crotch})
	if g.chance(0.5) {
		g.bothSides(g.shaded(0.12), point{hip * 0.5, -0.5}, point{stand + hem/2, 0.98})
	}
}

// Shoes point to the left, as in Fashion-MNIST.

func (g *tailor) sneaker() {
	h, toe, sole := g.between(0.7, 0.9), g.between(0.24, 0.36), g.between(0.12, 0.2)
	ground := g.between(0.45, 0.6)
	y := ground - sole
	g.fill(g.cloth, rounded(
		point{-0.95, y}, point{-0.95, y - toe}, point{-0.45, y - toe - 0.05}, point{0.1, y - h},
		point{0.55, y - h*0.85}, point{0.85, y - h - 0.05}, point{0.95, y - h*0.5}, point{0.93, y}))
	g.fill(g.trim, rectangle(-0.97, y-0.02, 0.97, ground))
	for i := range 3 {
		t := 0.2 + 0.25*float64(i)
		x := -0.45 + 0.55*t
		top := y - toe - 0.05 - (h-toe-0.05)*t
		g.stroke(g.trim, 0.06, point{x - 0.05, top - 0.03}, point{x + 0.16, top + 0.16})
	}
	if g.chance(0.6) {
		g.stroke(g.trim, 0.09, point{0.05, y - 0.05}, point{0.4, y - h*0.4}, point{0.75, y - h*0.55})
	}
}

func (g *tailor) ankleBoot() {
	ground, top, heel := g.between(0.75, 0.9), g.between(-0.95, -0.7), g.between(0.06, 0.3)
	shaft, toe := g.between(-0.1, 0.1), g.between(0.3, 0.4)
	y := ground - 0.08
	g.fill(g.cloth, rounded(
		point{-0.95, y}, point{-0.95, y - toe}, point{-0.5, y - toe - 0.12}, point{shaft, y - 0.8},
		point{shaft - 0.05, top}, point{0.8, top + g.between(-0.05, 0.1)}, point{0.72, y - 0.7}, point{0.85, y - 0.3}, point{0.85, y - heel}, point{0.3, y - heel}, point{0.1, y}))
	g.fill(g.trim, rectangle(-0.95, y-0.03, 0.1, ground))
	g.fill(g.trim, rectangle(0.45, y-heel-0.05, 0.87, ground))
	switch g.IntN(3) {
	case 0: // a zip
		g.stroke(g.trim, 0.06, point{0.4, top + 0.05}, point{0.4, y - heel - 0.15})
	case 1: // an elastic panel
		g.fill(g.shaded(-0.2), []point{{0.2, top + 0.05}, {0.6, top + 0.05}, {0.4, y - 0.45}})
	case 2: // laces
		for i := range 4 {
			ly := top + 0.15 + 0.2*float64(i)
			g.stroke(g.trim, 0.06, point{shaft, ly}, point{shaft + 0.25, ly + 0.06})
		}
	}
}

func (g *tailor) sandal() {
	ground, heel := g.between(0.35, 0.6), g.between(0, 0.5)
	sole := g.between(0.12, 0.2)
	back := ground - sole - heel
	foot := []point{{-0.95, ground - sole}, {-0.4, ground - sole}, {0.2, (ground - sole + back) / 2}, {0.6, back}, {0.95, back - 0.03}}
	g.stroke(g.bare, sole, foot...)
	if heel > 0.2 {
		g.fill(g.bare, []point{{0.72, back}, {0.95, back}, {0.92, ground}, {0.82, ground}})
	}
	w := g.between(0.1, 0.17)
	for range 1 + g.IntN(3) {
		x := g.between(-0.8, -0.2)
		g.stroke(g.bare, w, point{x, ground - sole}, point{x + 0.15, ground - g.between(0.4, 0.6)}, point{x + 0.4, ground - sole - heel*0.2})
	}
	ankle := back - g.between(0.35, 0.6)
	g.stroke(g.bare, w, point{0.9, back}, point{0.85, ankle}, point{0.4, ankle + 0.1}, point{0.25, back + 0.05})
	if g.chance(0.5) {
		g.stroke(g.bare, w, point{0.4, ankle + 0.1}, point{-0.2, ground - 0.4})
	}
}

func (g *tailor) bag() {
	w, bottom := g.between(0.65, 0.95), g.between(0.6, 0.9)
	top, taper := g.between(-0.35, 0.1), g.between(0.75, 1.05)
	hold, reach := w*g.between(0.35, 0.7), g.between(0.35, 0.65)
	handle := rounded(point{-hold, top + 0.1}, point{-hold * 0.8, top - reach}, point{hold * 0.8, top - reach}, point{hold, top + 0.1})
	g.stroke(g.shaded(-0.08), g.between(0.08, 0.14), handle...)
	g.fill(g.cloth, mirrored(point{0, top}, point{w * taper, top}, point{w, bottom - 0.15}, point{w - 0.15, bottom}, point{0, bottom}))
	switch g.IntN(3) {
	case 0: // a flap
		y := top + (bottom-top)*g.between(0.4, 0.6)
		g.fill(g.shaded(-0.15), []point{{-w * taper, top}, {w * taper, top}, {w * 0.8, y}, {-w * 0.8, y}})
		g.fill(g.trim, rectangle(-0.08, y-0.1, 0.08, y+0.06))
	case 1: // a zip
		g.stroke(g.trim, 0.06, point{-w * 0.85, top + 0.15}, point{w * 0.85, top + 0.15})
	case 2: // a pocket
		g.stroke(g.trim, 0.06, point{-w * 0.5, bottom - 0.1}, point{-w * 0.5, top + 0.35}, point{w * 0.5, top + 0.35}, point{w * 0.5, bottom - 0.1})
	}
}
