package augment

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"github.com/pkg/errors"

	"euryale/loaders"
)

// Source is a Dataset's samples as a Config has them: what is drawn for a sample
// hangs on Batch.Seed, Batch.Epoch and its position alone.
//
// Input 0 are the images, (N, C, H, W); target 0 their labels or, with OneHot or a
// pipeline that mixes labels, (N, classes) values that add up to 1, with Weights
// where there are ClassWeights. Several goroutines may fill batches at a time, each
// of which takes all cores.
type Source struct {
	data   *loaders.Dataset
	config Config
	steps  []applier
	mixes  []mixing

	mu   sync.Mutex
	free []*filling // those that no Fill uses
}

var _ loaders.Source = (*Source)(nil)

// New is a Source of data, which must not change. An error says what of the Config
// is out of range or does not suit the images.
func New(data *loaders.Dataset, c Config) (*Source, error) {
	check := data.CheckImages
	if c.values() || c.ClassWeights != nil {
		check = data.Check
	}
	if err := check(); err != nil {
		return nil, err
	}
	if err := c.check(data.Channels, len(data.Classes)); err != nil {
		return nil, err
	}
	if err := c.Pipeline.Suits(data.Channels, data.Height, data.Width); err != nil {
		return nil, errors.WithMessage(err, data.Name)
	}
	s := &Source{data: data, config: c, steps: c.Pipeline.plan()}
	for _, t := range c.Pipeline {
		if m, ok := t.(mixing); ok {
			s.mixes = append(s.mixes, m)
		}
	}
	return s, nil
}

// Dataset is what the samples are of.
func (s *Source) Dataset() *loaders.Dataset { return s.data }

// Config is what becomes of them.
func (s *Source) Config() Config { return s.config }

// Len is the number of samples.
func (s *Source) Len() int { return s.data.Len() }

// String is what becomes of the samples: see Config.
func (s *Source) String() string { return s.config.String() }

// Checksum tells a source from others: the SHA-256, in hexadecimal, of the
// Dataset's and of what becomes of it.
func (s *Source) Checksum() string {
	sum := sha256.Sum256([]byte(s.data.Checksum() + "\n" + s.config.String()))
	return hex.EncodeToString(sum[:])
}

// Fill makes b the samples at the positions of index.
func (s *Source) Fill(b *loaders.Batch, index []int) error {
	f := s.take()
	defer s.give(f)
	return f.fill(b, index)
}

// take is memory for a Fill.
func (s *Source) take() *filling {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		f := s.free[last]
		s.free = s.free[:last]
		return f
	}
	return newFilling(s)
}

func (s *Source) give(f *filling) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, f)
}
