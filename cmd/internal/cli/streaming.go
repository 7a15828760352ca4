package cli

import (
	"fmt"

	"euryale/internal/decimal"
)

// streamingOf is a line of pictures that are not held in memory, and of what --memory
// would hold them; "" where they are. It is of all that is opened, before some are left
// out: see loaders.OpenConfig.
func (f *flags) streamingOf(d *data) string {
	if !d.train.Streamed() {
		return ""
	}
	images := int64(d.train.Len())
	if d.test != nil {
		images += int64(d.test.Len())
	}
	bytes := images * int64(d.train.Channels) * int64(d.train.Height) * int64(d.train.Width)
	from := "decoded in each epoch anew"
	if f.Cache != "" {
		from = "read from the file of --cache in each epoch"
	}
	size := (bytes-1)>>20 + 1
	text := fmt.Sprintf("Pictures: %s MiB, not held in memory but %s", decimal.Group(size), from)
	if size <= mostMemory {
		text += fmt.Sprintf("; --memory %d would hold them", size)
	}
	return text + "\n"
}
