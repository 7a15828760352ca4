package loaders

import (
	"context"
	"hash/crc32"
	"io"

	"euryale/internal/archive"
	"euryale/internal/picture"
)

// seen is what the header of a picture says.
type seen struct {
	picture.Header
	sum uint32 // CRC-32 of the first 4 KiB
	bad error  // why the file cannot be read; it does not name it
}

// The first bytes of a file that are asked for its header: where they are too few,
// more, and then all.
const (
	headBytes  = 4 << 10
	longerHead = 256 << 10
)

// survey reads the headers of pictures, on all processors, and counts them. The error is ctx's.
func survey(ctx context.Context, a *archive.Archive, all []labelled, done *tally) ([]seen, error) {
	found := make([]seen, len(all))
	err := inParallel(len(all), func(k int) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		found[k] = look(a, all[k].file)
		done.add()
		return nil
	})
	return found, err
}

// look reads the header of one.
func look(a *archive.Archive, file int) (s seen) {
	head, err := a.Head(file, headBytes)
	if err != nil {
		return seen{bad: err}
	}
	s.sum = crc32.ChecksumIEEE(head)
	if s.bad = picture.Known(head); s.bad != nil {
		return s
	}
	s.Header, s.bad = picture.ReadHeader(head)
	if s.bad != nil && len(head) == headBytes {
		if head, err = a.Head(file, longerHead); err == nil {
			s.Header, s.bad = picture.ReadHeader(head)
		}
	}
	if s.bad != nil && len(head) == longerHead {
		s.Header, s.bad = wholeHeader(a, file)
	}
	return s
}

// wholeHeader looks for a header anywhere in the file.
func wholeHeader(a *archive.Archive, file int) (h picture.Header, err error) {
	r, err := a.Read(file)
	if err != nil {
		return h, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return h, err
	}
	return picture.ReadHeader(content)
}

// sound is those that can be read, and what is wrong with the others. The headers
// that are left are those of the first.
func sound(a *archive.Archive, all []labelled, headers []seen) (kept []labelled, of []seen, bad []Unreadable) {
	for k, f := range all {
		if err := headers[k].bad; err != nil {
			bad = append(bad, unreadable(a, f, err))
			continue
		}
		kept, of = append(kept, f), append(of, headers[k])
	}
	return kept, of, bad
}

// unreadable is f, and why.
func unreadable(a *archive.Archive, f labelled, err error) Unreadable {
	return Unreadable{Name: a.Files[f.file].Name, Why: err.Error()}
}
