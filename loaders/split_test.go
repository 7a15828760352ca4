package loaders

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// onePixel is a dataset of one-pixel images of the given labels: image i is the
// byte i.
func onePixel(classes int, labels ...int) *Dataset {
	d := &Dataset{Name: "numbered", Channels: 1, Height: 1, Width: 1, Labels: labels}
	for range classes {
		d.Classes = append(d.Classes, "class")
	}
	for i := range labels {
		d.Images = append(d.Images, uint8(i))
	}
	return d
}

// counted is a dataset of so many images of each class, one class after the
// other in turn.
func counted(counts ...int) *Dataset {
	var labels []int
	for i := range slices.Max(counts) {
		for l, n := range counts {
			if i < n {
				labels = append(labels, l)
			}
		}
	}
	return onePixel(len(counts), labels...)
}

// ofClass is how many images of each class there are.
func ofClass(d *Dataset) []int {
	n := make([]int, len(d.Classes))
	for _, l := range d.Labels {
		n[l]++
	}
	return n
}

func TestSplitIsStratified(t *testing.T) {
	for _, tt := range []struct {
		name   string
		counts []int
		share  float64
		want   []int
	}{
		{"even", []int{10, 20, 30}, 0.1, []int{1, 2, 3}},
		{"the largest fraction up", []int{12, 18, 10}, 0.1, []int{1, 2, 1}},
		{"classes that are drawn", []int{5, 5, 5, 5}, 0.1, []int{0, 1, 0, 1}},
		{"a class without images", []int{10, 0, 10}, 0.3, []int{3, 0, 3}},
		{"a class of one", []int{1, 99}, 0.2, []int{0, 20}},
		{"classes of one", []int{1, 1, 1, 1, 1, 5}, 0.3, []int{0, 0, 0, 0, 0, 2}},
		{"a product just below a whole number", []int{100, 100}, 0.29, []int{29, 29}},
		{"most", []int{10, 20}, 0.9, []int{9, 18}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := counted(tt.counts...)
			rest, part, err := d.Split(tt.share, 7)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, ofClass(part)); diff != "" {
				t.Errorf("images of each class (-want +got):\n%s", diff)
			}
			all := append(slices.Clone(rest.Images), part.Images...)
			slices.Sort(all)
			if diff := cmp.Diff(d.Images, all); diff != "" {
				t.Errorf("images of both (-all +got):\n%s", diff)
			}
			for _, s := range []*Dataset{rest, part} {
				if err := s.Check(); err != nil {
					t.Error(err)
				}
				if !slices.IsSorted(s.Images) {
					t.Errorf("want the images in their order, got %v", s.Images)
				}
				for i, image := range s.Images {
					if want := d.Labels[image]; s.Labels[i] != want {
						t.Errorf("%s: image %d: want label %d, got %d", s.Name, image, want, s.Labels[i])
					}
				}
			}
		})
	}
}

func TestSplitHangsOnItsSeed(t *testing.T) {
	d := counted(50, 50)
	before := slices.Clone(d.Images)
	rest, part, err := d.Split(0.2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, again, _ := d.Split(0.2, 1); !slices.Equal(part.Images, again.Images) {
		t.Errorf("same seed: want %v, got %v", part.Images, again.Images)
	}
	if _, other, _ := d.Split(0.2, 2); slices.Equal(part.Images, other.Images) {
		t.Errorf("another seed: want other images, got %v again", other.Images)
	}
	if want := []string{"numbered without 20%", "20% of numbered"}; rest.Name != want[0] || part.Name != want[1] {
		t.Errorf("want names %q, got %q and %q", want, rest.Name, part.Name)
	}
	for _, s := range []*Dataset{rest, part} {
		clear(s.Images)
		clear(s.Labels)
		s.Classes[0] = "changed"
	}
	if !slices.Equal(d.Images, before) || d.Labels[1] != 1 || d.Classes[0] != "class" {
		t.Error("want memory of their own, but a change of the parts changed the whole")
	}
}

func TestSplitReports(t *testing.T) {
	nan := 0.0
	nan /= nan
	for _, tt := range []struct {
		name  string
		data  *Dataset
		share float64
		want  string
	}{
		{"zero", counted(5), 0, "numbered: want a share above 0 and below 1 to split off, such as 0.1, got 0"},
		{"one", counted(5), 1, "got 1"},
		{"not a number", counted(5), nan, "got NaN"},
		{"nothing in the part", counted(5), 0.01, "numbered: want a share that leaves images in both parts, got 0.01 of 5, which is 0"},
		{"nothing in the rest", counted(5), 0.99, "got 0.99 of 5, which is 5"},
		{"one image of each class", counted(1, 1, 1, 1, 1), 0.2, "numbered: want a class of two images at least to split off some, got at most one of each"},
		{"an empty dataset", counted(0), 0.5, "of 0, which is 0"},
		{"a label without a class", onePixel(1, 0, 1), 0.5, "image 1: want a label below 1, got 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := tt.data.Split(tt.share, 0)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("want one line with %q, got %v", tt.want, err)
			}
		})
	}
}
