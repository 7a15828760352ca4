package filters

import (
	"image"
	"image/color"
	"math/rand/v2"

	"euryale/internal/canvas"
)

type point = canvas.Point

// What the scene is painted with, by short names.
var grey, rgb, polar, between = canvas.Grey, canvas.RGB, canvas.Polar, canvas.Between

// Scene draws a picture to try filters on, 512×512 in colour: lines at many
// angles, text of several sizes, gradients, fine patterns, and specks for the
// median to remove. It is the same each time; between processor architectures a
// value may differ by one.
func Scene() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, 512, 512))
	s := scene{canvas.Canvas{Image: m}}
	s.sky()
	s.mountains()
	s.meadow()
	s.house()
	s.sign()
	s.tests()
	return m
}

// scene is the picture in the making.
type scene struct{ canvas.Canvas }

// sky is a gradient with a sun whose rays point everywhere.
func (s scene) sky() {
	s.Shade(image.Rect(0, 0, 512, 300), func(_, y float64) color.NRGBA {
		return between(rgb(38, 84, 160), rgb(246, 208, 150), y)
	})
	const x, y = 398, 98
	for degrees := 0.; degrees < 360; degrees += 10 {
		s.Line(rgb(255, 236, 130), 2, polar(x, y, 50, degrees), polar(x, y, 82, degrees))
	}
	s.Disc(rgb(255, 214, 64), x, y, 40)
}

// mountains are slopes of several angles with snow on them.
func (s scene) mountains() {
	for _, m := range []struct {
		peak, left, right point
		rock              color.NRGBA
	}{
		{point{330, 150}, point{180, 300}, point{512, 300}, rgb(104, 108, 136)},
		{point{110, 96}, point{-40, 300}, point{236, 300}, rgb(84, 86, 116)},
		{point{236, 196}, point{120, 300}, point{352, 300}, rgb(66, 72, 92)},
	} {
		s.Fill(m.rock, m.peak, m.left, m.right)
		along := func(to point, t float64) point {
			return point{m.peak[0] + (to[0]-m.peak[0])*t, m.peak[1] + (to[1]-m.peak[1])*t}
		}
		left, right := along(m.left, 0.28), along(m.right, 0.28)
		notch := point{m.peak[0], (left[1]+right[1])/2 - 14}
		s.Fill(rgb(240, 244, 250), m.peak, left, notch, right)
	}
}

// meadow is a gradient with a road that narrows and a fence.
func (s scene) meadow() {
	s.Shade(image.Rect(0, 300, 512, 440), func(x, y float64) color.NRGBA {
		return between(between(rgb(112, 160, 72), rgb(168, 176, 80), x), rgb(40, 88, 40), y)
	})
	s.Fill(grey(120), point{372, 300}, point{380, 300}, point{470, 440}, point{320, 440})
	for t := 0.04; t < 1; t *= 1.5 {
		at := func(t float64) point { return point{376 + 19*t, 300 + 140*t} }
		s.Line(grey(245), 1+4*t, at(t), at(t*1.25))
	}
	for x := 446.; x < 512; x += 18 {
		s.Box(rgb(222, 210, 190), x, 356, 7, 44)
	}
	s.Box(rgb(222, 210, 190), 440, 364, 72, 5)
	s.Box(rgb(222, 210, 190), 440, 384, 72, 5)
}

// house has bricks, a roof and windows.
func (s scene) house() {
	s.Box(rgb(172, 74, 56), 24, 276, 150, 140)
	for row := range 14 {
		y := 276 + float64(row)*10
		s.Box(rgb(214, 176, 160), 24, y, 150, 1)
		for x := 24 + float64(row%2)*10; x < 174; x += 20 {
			s.Box(rgb(214, 176, 160), x, y, 1, 10)
		}
	}
	s.Fill(rgb(74, 52, 60), point{10, 278}, point{99, 206}, point{188, 278})
	for _, x := range []float64{42, 118} {
		s.Box(grey(244), x, 300, 38, 42)
		s.Box(rgb(120, 176, 214), x+3, 303, 32, 36)
		s.Box(grey(244), x+17, 303, 3, 36)
		s.Box(grey(244), x+3, 319, 32, 3)
	}
	s.Box(rgb(70, 44, 34), 84, 356, 30, 60)
	s.Disc(rgb(240, 200, 90), 107, 388, 3)
}

// sign is a board with writing that gets smaller.
func (s scene) sign() {
	s.Box(rgb(92, 66, 44), 206, 330, 6, 92)
	s.Box(rgb(92, 66, 44), 342, 330, 6, 92)
	s.Box(rgb(250, 246, 232), 184, 312, 184, 88)
	s.Text(rgb(150, 30, 40), canvas.Bold(36), 192, 346, "EURYALE")
	s.Text(grey(20), canvas.Bold(17), 192, 366, "convolution 3×3")
	s.Text(grey(20), canvas.Bold(12), 192, 381, "Sphinx of black quartz, 1234")
	s.Text(grey(20), canvas.Bold(9), 192, 395, "judge my vow: 567890 ±½ pixel·weight")
}

// tests are patches along the lower edge: a wheel of lines, a chequerboard,
// stripes, a step, specks and gradients.
func (s scene) tests() {
	s.Box(grey(255), 0, 424, 512, 88)
	s.Box(grey(0), 0, 424, 512, 2)
	for degrees := 0.; degrees < 180; degrees += 7.5 {
		s.Line(grey(0), 1.2, polar(46, 469, 38, degrees), polar(46, 469, 38, degrees+180))
	}
	s.squares(94, 433)
	s.stripes(176, 432)
	s.specks(image.Rect(258, 432, 332, 506))
	s.Shade(image.Rect(342, 432, 504, 466), func(x, _ float64) color.NRGBA { return between(grey(0), grey(255), x) })
	s.Shade(image.Rect(342, 472, 504, 506), func(x, y float64) color.NRGBA {
		return between(between(rgb(220, 30, 40), rgb(30, 190, 60), x), rgb(40, 60, 220), y)
	})
}

// squares is a chequerboard.
func (s scene) squares(x, y int) {
	s.Shade(image.Rect(x, y, x+72, y+72), func(float64, float64) color.NRGBA { return grey(0) })
	for row := range 9 {
		for col := row % 2; col < 9; col += 2 {
			s.Box(grey(255), float64(x+col*8), float64(y+row*8), 8, 8)
		}
	}
}

// stripes are lines of 1 to 4 pixels, upright and level.
func (s scene) stripes(x, y int) {
	at := 0.
	for width := 1.; width <= 4; width++ {
		for range 4 {
			s.Box(grey(0), float64(x), float64(y)+at*0.9, 34, width*0.9)
			s.Box(grey(0), float64(x)+40+at*0.4, float64(y), width*0.4, 74)
			at += 2 * width
		}
	}
}

// specks is a face of grey with salt and pepper.
func (s scene) specks(area image.Rectangle) {
	rng := rand.New(rand.NewPCG(1, 1))
	s.Shade(area, func(x, y float64) color.NRGBA {
		v := between(grey(90), grey(180), x)
		if (x-0.5)*(x-0.5)+(y-0.5)*(y-0.5) < 0.09 {
			v = rgb(60, 90, 170)
		}
		if rng.IntN(16) == 0 {
			v = grey(uint8(rng.IntN(2) * 255))
		}
		return v
	})
}
