package loaders

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"github.com/pkg/errors"
)

// content reads a file's uncompressed content, sums it, and reads no more than
// a byte beyond the size it should have: a gzip bomb stays small.
type content struct {
	r    io.Reader
	want *file
	n    int64 // bytes read
	head []byte
	hash hash.Hash
}

func newContent(r io.Reader, want *file) *content {
	return &content{r: io.LimitReader(r, want.size+1), want: want, hash: sha256.New()}
}

func (c *content) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.head = append(c.head, p[:min(n, headLength-len(c.head))]...)
	c.hash.Write(p[:n])
	return n, err
}

// drain reads to the end.
func (c *content) drain() error {
	_, err := io.Copy(io.Discard, c)
	return err
}

// check reports how what has been read differs from what it should be.
func (c *content) check() error {
	if c.n > c.want.size {
		return errors.Errorf("want %d bytes of content with SHA-256 %s, got more%s", c.want.size, c.want.sum, c.instead())
	}
	if got := c.sum(); got != c.want.sum {
		return errors.Errorf("want %d bytes of content with SHA-256 %s, got %d with %s%s", c.want.size, c.want.sum, c.n, got, c.instead())
	}
	return nil
}

// instead is ": " and what has been read where it is not what it should be, as far
// as that can be told.
func (c *content) instead() string {
	if name := whose(c.sum()); name != "" {
		return ": it is " + name
	}
	if h := describeIDX(c.head, c.n, c.n <= c.want.size); h != "" {
		return ": " + h + ", but not the published one"
	}
	if c.n > 0 && isGzip(c.head) {
		return ": " + gzipInGzip.String()
	}
	return instead(c.head)
}

// sum is the SHA-256 of what has been read, hexadecimal.
func (c *content) sum() string { return hex.EncodeToString(c.hash.Sum(nil)) }

// verify drains and checks.
func (c *content) verify() error {
	if err := c.drain(); err != nil {
		return errors.Wrapf(err, "byte %d of the content", c.n)
	}
	return c.check()
}

// inspect reads the file at path and compares: its size, the sum of its
// content, "" if that cannot be had or is too long, and an error if it is not
// f's.
func (f *file) inspect(path string) (size int64, sum string, err error) {
	u, closer, size, err := f.open(path)
	if err != nil {
		return size, "", err
	}
	defer closer.Close()
	c := newContent(u, f)
	if err := c.drain(); err != nil {
		return size, "", readError(path, c.n, err)
	}
	if c.n <= f.size {
		sum = c.sum()
	}
	return size, sum, errors.WithMessage(c.check(), path)
}

// holds reports whether the content of the file at path is f's.
func (f *file) holds(path string) bool {
	_, _, err := f.inspect(path)
	return err == nil
}
