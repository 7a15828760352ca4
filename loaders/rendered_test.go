package loaders

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders/drawn"
)

func ExampleRenderedDigits() {
	train, test := RenderedDigits(1, 100, 20)
	for _, d := range []*Dataset{train, test} {
		fmt.Printf("%s: %d images of %d×%d×%d\n", d.Name, d.Len(), d.Height, d.Width, d.Channels)
	}
	fmt.Println(train.Origin)
	// Output:
	// rendered digits, training: 100 images of 28×28×1
	// rendered digits, test: 20 images of 28×28×1
	// built in: drawn by the program, seed 1
}

func ExampleRenderedGarments() {
	train, test := RenderedGarments(1, 100, 20)
	fmt.Println(train.Name, train.Len())
	fmt.Println(test.Name, test.Len())
	fmt.Println(test.Classes)
	// Output:
	// rendered garments, training 100
	// rendered garments, test 20
	// [T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle boot]
}

// TestRendered wants sound datasets, of what package drawn draws.
func TestRendered(t *testing.T) {
	for _, r := range []struct {
		name   string
		render func(seed uint64, train, test int) (trainSet, testSet *Dataset)
		draw   func(seed uint64, split drawn.Split, n int) *drawn.Set
	}{
		{"digits", RenderedDigits, drawn.Digits},
		{"garments", RenderedGarments, drawn.Garments},
	} {
		for _, c := range []struct{ train, test int }{{0, 0}, {-1, -20}, {1, 0}, {0, 1}, {23, 7}} {
			t.Run(fmt.Sprintf("%s/%d,%d", r.name, c.train, c.test), func(t *testing.T) {
				train, test := r.render(3, c.train, c.test)
				for _, d := range []*Dataset{train, test} {
					if err := d.Check(); err != nil {
						t.Error(err)
					}
					if d.Channels != 1 || d.Height != 28 || d.Width != 28 || len(d.Classes) != drawn.Classes {
						t.Errorf("want 1×28×28 in 10 classes, got %d×%d×%d in %d", d.Channels, d.Height, d.Width, len(d.Classes))
					}
				}
				for _, part := range []struct {
					want *drawn.Set
					got  *Dataset
				}{{r.draw(3, drawn.Training, c.train), train}, {r.draw(3, drawn.Test, c.test), test}} {
					if diff := cmp.Diff(part.want.Images, part.got.Images); diff != "" {
						t.Errorf("images -want +got:\n%s", diff)
					}
					if diff := cmp.Diff(widened(part.want.Labels), part.got.Labels); diff != "" {
						t.Errorf("labels -want +got:\n%s", diff)
					}
				}
			})
		}
	}
}
