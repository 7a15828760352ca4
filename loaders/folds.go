package loaders

import (
	"fmt"
	"math/rand/v2"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
)

// Fold is one way of several to cut a dataset in two.
type Fold struct {
	Training   *Dataset // all parts but one
	Validation *Dataset // that one
}

// Folds cuts d in k parts, each to validate on in turn while the others train:
// k-fold cross-validation, stratified. Each image is in the Validation of one fold,
// in d's order. Of a class each part has as many images as any other, or one more;
// so has it of all. Which images these are is drawn from the seed.
//
// The folds have memory of their own, in all k times that of d, but those of a
// streamed dataset share its files. k is at least 2 and at most Len.
func (d *Dataset) Folds(k int, seed uint64) ([]Fold, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if k < 2 || k > d.Len() {
		return nil, errors.Errorf("%s: want 2 folds or more, and at most as many as the %s, got %d", d.Name, decimal.Count(d.Len(), "image", "images"), k)
	}
	part := d.dealt(k, seed)
	folds := make([]Fold, k)
	for f := range folds {
		taken := make([]bool, d.Len())
		for i, n := range part {
			taken[i] = n == f
		}
		folds[f] = Fold{
			Training:   d.those(taken, false, fmt.Sprintf("%s without fold %d of %d", d.Name, f+1, k)),
			Validation: d.those(taken, true, fmt.Sprintf("fold %d of %d of %s", f+1, k, d.Name)),
		}
	}
	return folds, nil
}

// dealt is the part of each image: those of each class, shuffled, are dealt out in
// turn, one class beginning where the one before has ended.
func (d *Dataset) dealt(k int, seed uint64) []int {
	part, next := make([]int, d.Len()), 0
	for label, of := range d.members() {
		r := rand.New(rand.NewPCG(seed, uint64(label)))
		r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		for _, i := range of {
			part[i] = next % k
			next++
		}
	}
	return part
}

// members are the images of each class.
func (d *Dataset) members() [][]int {
	members := make([][]int, len(d.Classes))
	for i, l := range d.Labels {
		members[l] = append(members[l], i)
	}
	return members
}
