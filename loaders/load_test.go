package loaders

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// datasets is the folder of the published datasets; without it the test is
// skipped.
func datasets(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("EURYALE_DATA")
	if dir == "" {
		t.Skip("EURYALE_DATA is not set")
	}
	return dir
}

// summary is what can be told of a dataset in a few lines.
type summary struct {
	Name, Origin            string
	Channels, Height, Width int
	Counts                  []int // of each class
	Labels                  []int
	Sum                     int64 // of all pixels
}

func summarize(d *Dataset) summary {
	s := summary{d.Name, d.Origin, d.Channels, d.Height, d.Width, make([]int, len(d.Classes)), d.Labels[:5], 0}
	for _, l := range d.Labels {
		s.Counts[l]++
	}
	for _, v := range d.Images {
		s.Sum += int64(v)
	}
	return s
}

func TestPublishedDatasets(t *testing.T) {
	dir := datasets(t)
	even := []int{6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000, 6000}
	evenTest := []int{1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000}
	tests := []struct {
		name  string
		first string // class
		want  [2]summary
	}{
		// The counts and first labels are the well-known ones; the sums were
		// read off, and make the published means: 0.1307, 0.1325, 0.2860 and
		// 0.2868.
		{"mnist", "0", [2]summary{
			{"MNIST training", "", 1, 28, 28, []int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, []int{5, 0, 4, 1, 9}, 1567298545},
			{"MNIST test", "", 1, 28, 28, []int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}, []int{7, 2, 1, 0, 4}, 264923200},
		}},
		{"fashion", "T-shirt/top", [2]summary{
			{"Fashion-MNIST training", "", 1, 28, 28, even, []int{9, 0, 0, 3, 0}, 3431114169},
			{"Fashion-MNIST test", "", 1, 28, 28, evenTest, []int{9, 2, 1, 1, 6}, 573469082},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			train, test, err := Load(t.Context(), tt.name, Options{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			got := [2]summary{summarize(train), summarize(test)}
			for i := range tt.want {
				tt.want[i].Origin = "files in " + filepath.Join(dir, tt.name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if train.Classes[0] != tt.first || len(train.Classes) != 10 {
				t.Errorf("classes %q", train.Classes)
			}
		})
	}
}

func TestPublishedDatasetsAreToldApart(t *testing.T) {
	dir := filepath.Join(datasets(t), "fashion")
	_, _, err := MNIST(t.Context(), Options{Dir: dir})
	want := "MNIST: " + dir + " holds Fashion-MNIST, whose files bear the same names"
	if err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	train, _, err := FashionMNIST(t.Context(), Options{Dir: dir, TrainSamples: 3})
	if err != nil {
		t.Fatal(err)
	}
	if train.Len() != 3 {
		t.Errorf("%d images, want 3", train.Len())
	}
}

// Without files, downloads or a cache, the error is the one commands branch on.
func TestPublishedDatasetsUnavailable(t *testing.T) {
	if len(fashion.system) > 0 {
		if _, err := os.Stat(fashion.system[0]); err == nil {
			t.Skip("the system has Fashion-MNIST")
		}
	}
	empty := t.TempDir()
	for _, name := range []string{"EURYALE_DATA", "XDG_CACHE_HOME", "HOME", "LocalAppData"} {
		t.Setenv(name, empty)
	}
	for _, name := range []string{"mnist", "fashion"} {
		_, _, err := Load(t.Context(), name, Options{NoDownload: true})
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: want ErrUnavailable, got %v", name, err)
		}
	}
}

func TestLoadRendered(t *testing.T) {
	for _, name := range []string{"rendered-digits", "rendered-garments"} {
		train, test, err := Load(t.Context(), name, Options{Seed: 1, TrainSamples: 30, TestSamples: 20})
		if err != nil {
			t.Fatal(err)
		}
		if train.Len() != 30 || test.Len() != 20 {
			t.Errorf("%s: %d and %d images, want 30 and 20", name, train.Len(), test.Len())
		}
		other, _, err := Load(t.Context(), name, Options{Seed: 2, TrainSamples: 30, TestSamples: 20})
		if err != nil {
			t.Fatal(err)
		}
		if cmp.Equal(train.Images, other.Images) {
			t.Errorf("%s: seeds 1 and 2 give the same images", name)
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	_, _, err := Load(t.Context(), "minst", Options{})
	want := `dataset: want one of mnist, fashion, cifar10, cifar100, rendered-digits, rendered-garments, got "minst"`
	if err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestNamesAreLoadable(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "absent"), TrainSamples: 1, TestSamples: 1}
	for _, name := range Names() {
		if _, _, err := Load(t.Context(), name, o); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
