package loaders

import (
	"context"
	"fmt"

	"github.com/pkg/errors"

	"euryale/internal/archive"
	"euryale/internal/picture"
)

// pictures is the store of the pictures in an archive.
type pictures struct {
	archive *archive.Archive
	files   []labelled
	sums    []uint32 // of each, the CRC-32 of its first bytes
	fitting fitting
}

// newPictures is those of files and their headers.
func newPictures(a *archive.Archive, files []labelled, headers []seen, f fitting) *pictures {
	p := &pictures{archive: a, files: files, sums: make([]uint32, len(files)), fitting: f}
	for i, h := range headers {
		p.sums[i] = h.sum
	}
	return p
}

var _ store = (*pictures)(nil)

func (p *pictures) name(place int) string { return p.archive.Name(p.files[place].file) }

func (p *pictures) read(ctx context.Context, place int, to []uint8) error {
	r, err := p.archive.Read(p.files[place].file)
	if err != nil {
		return err
	}
	defer r.Close()
	m, err := picture.Read(ctx, r)
	if err != nil {
		return err
	}
	pixels, _, err := p.fitting.of(m.Image.Bounds().Size()).Pixels(m.Image)
	if err == nil && len(pixels) != len(to) {
		err = errors.Errorf("want %d bytes of pixels, got %d", len(to), len(pixels))
	}
	copy(to, pixels)
	return err
}

func (p *pictures) identity(place int) string {
	f := &p.archive.Files[p.files[place].file]
	sum := f.Sum
	if p.archive.Kind != archive.Zip {
		sum = p.sums[place]
	}
	return fmt.Sprintf("%s %d %08x %v", f.Name, f.Size, sum, p.fitting.fit)
}
