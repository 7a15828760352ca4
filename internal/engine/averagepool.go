package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// AverageConfig is the window of an average pool, and what counts.
type AverageConfig struct {
	PoolConfig
	CountPadding bool   // padding counts as pixels of value 0
	Beyond       [2]int // of the padding below and on the right, what never counts
}

// AveragePool is the mean over each window, taken in float64. A window in which
// nothing counts gives 0.
//
// Input (N, C, H, W); output (N, C, H', W').
func AveragePool(x *G.Node, c AverageConfig) (*G.Node, error) {
	if err := wantFloats("AveragePool2D", x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 {
		return nil, errors.Errorf("AveragePool2D: want (N, C, H, W), got %v", s)
	}
	down, across, err := c.taps(s[2], s[3])
	if err != nil {
		return nil, errors.WithMessage(err, "AveragePool2D")
	}
	return Resample(x, down, across)
}

// taps are the shares of an image's rows and columns in those of the output.
func (c AverageConfig) taps(h, w int) (down, across Taps, err error) {
	win, err := newWindow(c.Kernel, c.Pad, c.Stride, c.Dilation)
	if err != nil {
		return nil, nil, err
	}
	rows, cols, err := win.over(h, w)
	if err != nil {
		return nil, nil, err
	}
	down = shares{h, win.kh, win.strideH, win.dilateH, win.pad.Top, c.CountPadding, win.pad.Bottom - c.Beyond[0]}.taps(rows)
	across = shares{w, win.kw, win.strideW, win.dilateW, win.pad.Left, c.CountPadding, win.pad.Right - c.Beyond[1]}.taps(cols)
	return down, across, nil
}

// shares are how windows along an axis of n pixels divide. The share of a pixel
// in a window is that in its rows times that in its columns.
type shares struct {
	n, kernel, stride, dilation, before int
	padding                             bool // it counts: before the image,
	behind                              int  // and so much of it behind
}

// taps are the pixels of each of so many windows, each with its share in those
// that count.
func (s shares) taps(windows int) Taps {
	taps := make(Taps, windows)
	for i := range taps {
		count := 0
		for u := range s.kernel {
			at := i*s.stride - s.before + u*s.dilation
			switch inside := at >= 0 && at < s.n; {
			case inside:
				taps[i] = append(taps[i], Tap{From: at})
				count++
			case s.padding && at < s.n+s.behind:
				count++
			}
		}
		for k := range taps[i] {
			taps[i][k].Weight = 1 / float64(count)
		}
	}
	return taps
}
