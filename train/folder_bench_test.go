package train

import (
	"os"
	"path/filepath"
	"testing"

	"euryale/loaders"
)

// BenchmarkFolder is what a checkpoint costs, and how large it is: of the lesson's
// network with Adam, on the disk of the temporary folder.
func BenchmarkFolder(b *testing.B) {
	for _, name := range []string{"lesson", "vgg-small", "resnet20"} {
		b.Run(name, func(b *testing.B) {
			net := named(b, name, 1)
			data, _ := loaders.RenderedDigits(1, 64, 0)
			folder := &Folder{Dir: b.TempDir()}
			var at Event
			fit(b, net, data, Config{Callbacks: []Callback{folder, CallbackFunc(func(e Event) error {
				if e.Kind == EpochEnd {
					at = e
				}
				return nil
			})}})
			info, err := os.Stat(filepath.Join(folder.Dir, lastName))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := folder.save(at, false); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(info.Size()), "bytes")
		})
	}
}
