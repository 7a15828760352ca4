package engine

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// window is a window that slides over an image.
type window struct {
	kh, kw           int // its height and width
	pad              Margins
	strideH, strideW int
	dilateH, dilateW int
}

// newWindow checks the arguments that Gorgonia's Conv2d and MaxPool2D take. Nil
// pad means none; nil dilation means 1.
func newWindow(kernel tensor.Shape, pad, stride, dilation []int) (window, error) {
	if dilation == nil {
		dilation = []int{1, 1}
	}
	var win window
	switch len(pad) {
	case 0:
	case 2:
		win.pad = Margins{Top: pad[0], Bottom: pad[0], Left: pad[1], Right: pad[1]}
	case 4:
		win.pad = Margins{Top: pad[0], Bottom: pad[1], Left: pad[2], Right: pad[3]}
	default:
		return win, errors.Errorf("want 2 or 4 paddings, got %v", pad)
	}
	if len(kernel) != 2 || len(stride) != 2 || len(dilation) != 2 {
		return win, errors.Errorf("want kernel, stride and dilation of 2 dimensions, got %v, %v and %v", kernel, stride, dilation)
	}
	win.kh, win.kw, win.strideH, win.strideW, win.dilateH, win.dilateW = kernel[0], kernel[1], stride[0], stride[1], dilation[0], dilation[1]
	if min(win.kh, win.kw, win.strideH, win.strideW, win.dilateH, win.dilateW) < 1 {
		return win, errors.Errorf("want kernel, stride and dilation of at least 1, got %v, %v and %v", kernel, stride, dilation)
	}
	if min(win.pad.Top, win.pad.Bottom, win.pad.Left, win.pad.Right) < 0 {
		return win, errors.Errorf("want padding of at least 0, got %v", pad)
	}
	return win, nil
}

// over is the height and width of what the window makes of an image.
func (win window) over(h, w int) (rows, cols int, err error) {
	freeH := h + win.pad.Top + win.pad.Bottom - win.dilateH*(win.kh-1) - 1
	freeW := w + win.pad.Left + win.pad.Right - win.dilateW*(win.kw-1) - 1
	if freeH < 0 || freeW < 0 {
		return 0, 0, errors.Errorf("the window %d×%d does not fit on %d×%d pixels", win.kh, win.kw, h, w)
	}
	return freeH/win.strideH + 1, freeW/win.strideW + 1, nil
}

// span is the outputs [first, end) of n, in steps of stride, whose pixel at
// offset lies inside an image of size pixels.
func span(n, size, offset, stride int) (first, end int) {
	if offset < 0 {
		first = min((-offset+stride-1)/stride, n)
	}
	if last := size - 1 - offset; last >= 0 {
		end = min(last/stride+1, n)
	}
	return first, max(end, first)
}
