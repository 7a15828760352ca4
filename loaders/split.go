package loaders

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/pkg/errors"
)

// Split cuts d in two: part, a share of it, and the rest, such as to validate on
// the one and train on the other. Each image is in one of them, in d's order.
//
// The split is stratified: part has round(share·Len()) images, and of each class
// its share of the class's, rounded down, but for as many classes as the total
// wants, whose fractions are the largest: they are rounded up. Which classes these
// are, among equal fractions, and which images is drawn from the seed. The last
// image of a class stays in the rest: where too many classes have but one, part has
// fewer images. Same data, share and seed, same parts.
//
// Both have memory of their own, but those of a streamed dataset share its files.
// The share is above 0 and below 1, and must leave
// an image in either.
func (d *Dataset) Split(share float64, seed uint64) (rest, part *Dataset, err error) {
	if err := d.Check(); err != nil {
		return nil, nil, err
	}
	if !(share > 0 && share < 1) {
		return nil, nil, errors.Errorf("%s: want a share above 0 and below 1 to split off, such as 0.1, got %v", d.Name, share)
	}
	n := int(math.Round(share * float64(d.Len())))
	if n == 0 || n == d.Len() {
		return nil, nil, errors.Errorf("%s: want a share that leaves images in both parts, got %v of %d, which is %d", d.Name, share, d.Len(), n)
	}
	taken := d.stratified(share, n, seed)
	if !slices.Contains(taken, true) {
		return nil, nil, errors.Errorf("%s: want a class of two images at least to split off some, got at most one of each", d.Name)
	}
	percent := strconv.FormatFloat(100*share, 'g', 4, 64)
	rest = d.those(taken, false, fmt.Sprintf("%s without %s%%", d.Name, percent))
	part = d.those(taken, true, fmt.Sprintf("%s%% of %s", percent, d.Name))
	return rest, part, nil
}

// stratified draws which n images are the share.
func (d *Dataset) stratified(share float64, n int, seed uint64) []bool {
	members := d.members()
	taken := make([]bool, d.Len())
	for label, count := range apportion(members, share, n, seed) {
		of := members[label]
		r := rand.New(rand.NewPCG(seed, uint64(label)))
		r.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
		for _, i := range of[:count] {
			taken[i] = true
		}
	}
	return taken
}

// apportion is how many of each class are the share, n in all: the method of
// largest remainders. Of each class it leaves one.
func apportion(members [][]int, share float64, n int, seed uint64) []int {
	counts, fractions := make([]int, len(members)), make([]float64, len(members))
	for l, of := range members {
		whole, fraction := math.Modf(share * float64(len(of)))
		counts[l], fractions[l] = int(whole), fraction
		n -= counts[l]
	}
	order := rand.New(rand.NewPCG(seed, uint64(len(members)))).Perm(len(members))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(fractions[b], fractions[a]) })
	for _, l := range order {
		if n > 0 && counts[l]+1 < len(members[l]) {
			counts[l]++
			n--
		}
	}
	return counts
}

// those is a part of the images that are taken, or of those that are not.
func (d *Dataset) those(taken []bool, are bool, name string) *Dataset {
	var index []int
	for i, t := range taken {
		if t == are {
			index = append(index, i)
		}
	}
	return d.part(index, name)
}
