package filters

import (
	"bytes"
	"fmt"
	"image/png"
	"strconv"
)

// String is such as 3 feature maps of 169×254, peak 427.
func (m *Maps) String() string {
	maps := "feature maps"
	if m.Channels == 1 {
		maps = "feature map"
	}
	text := fmt.Sprintf("%d %s of %d×%d, peak %s", m.Channels, maps, m.Height, m.Width, strconv.FormatFloat(m.Peak(), 'g', 6, 64))
	if m.Alpha != nil {
		text += ", with alpha"
	}
	return text
}

// PNG is Image(Peak()), as a notebook shows it; nil where there is no pixel.
func (m *Maps) PNG() []byte {
	var b bytes.Buffer
	if m.Height < 1 || m.Width < 1 || png.Encode(&b, m.Image(m.Peak())) != nil {
		return nil
	}
	return b.Bytes()
}
