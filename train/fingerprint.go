package train

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/f32"
)

// Ranks that do not do the same would wait for one another, or train networks that
// differ: what their bits hang on is compared before the first step.

// fingerprint is what must be the same on all ranks.
func (f *fitting) fingerprint() []runSetting {
	all := []runSetting{
		{"the build", build(), ""},
		{"the kernels", f32.Current().String(), ""},
		{"Ranks", strconv.Itoa(f.Group.Size()), ""},
	}
	all = append(all, f.runSettings(f.data)...)
	begun := runSetting{"State", "none", ""}
	if f.State != nil {
		begun.Value, begun.Sum = f.State.String(), stateSum(*f.State)
	}
	return append(all,
		runSetting{"Validation", strconv.FormatBool(f.Validation != nil), ""},
		runSetting{"Epochs", strconv.Itoa(f.Epochs), ""},
		runSetting{"FirstEpoch", strconv.Itoa(f.FirstEpoch), ""},
		begun,
		runSetting{"Verify", strconv.Itoa(f.Verify), ""},
		runSetting{"the network", fmt.Sprintf("%d weights, seed %d", len(f.net.Params()), f.net.Config().Seed), f.net.String()},
		runSetting{"the first weights", "those of the network", string(weightSums(f.net))},
	)
}

// stateSum tells a state from others.
func stateSum(s OptimizerState) string {
	h := sha256.New()
	fmt.Fprintln(h, s.Optimizer, s.Steps, s.Scale, s.NetworkSteps)
	for _, slot := range s.Slots {
		for _, t := range slot.Values {
			if t != nil {
				h.Write(bytesOf(t))
			}
		}
	}
	return string(h.Sum(nil))
}

// build is of what the program was built.
func build() string {
	text := runtime.Version() + " " + runtime.GOARCH
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	text += " " + info.Main.Path + " " + info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" || s.Key == "-tags" || s.Key == "GOAMD64" || s.Key == "GOARM64" {
			text += " " + s.Key + "=" + s.Value
		}
	}
	return text
}

// shownBytes is how much of a setting is shown of another rank's.
const shownBytes = 128

// settingBytes is what a rank tells of a setting: its checksum, and its beginning.
const settingBytes = sha256.Size + shownBytes

// compareRanks reports the first setting in which a rank differs from rank 0.
func compareRanks(g Group, own []runSetting) error {
	var names []string
	var text []byte
	for _, s := range own {
		sum := sha256.Sum256([]byte(s.Value + "\x00" + s.Sum))
		shown := make([]byte, shownBytes)
		copy(shown, s.Value)
		names, text = append(names, s.Name), append(append(text, sum[:]...), shown...)
	}
	if err := compareNames(g, names); err != nil {
		return err
	}
	all, err := g.Allgather(text)
	if err != nil {
		return err
	}
	for i, name := range names {
		for r := 1; r < g.Size(); r++ {
			of := func(rank int) []byte { return all[rank*len(text)+i*settingBytes:][:settingBytes] }
			if want, got := of(0), of(r); !bytes.Equal(want[:sha256.Size], got[:sha256.Size]) {
				return differs(r, name, shownSetting(want), shownSetting(got))
			}
		}
	}
	return nil
}

// compareNames reports ranks that compare other things.
func compareNames(g Group, names []string) error {
	sum := sha256.Sum256([]byte(strings.Join(names, "\n")))
	all, err := g.Allgather(sum[:])
	if err != nil {
		return err
	}
	for r := 1; r < g.Size(); r++ {
		if !bytes.Equal(all[:sha256.Size], all[r*sha256.Size:][:sha256.Size]) {
			return errors.Errorf("train: rank %d: want what rank 0 is given, got a Validation there or here alone, or another build", r)
		}
	}
	return nil
}

func shownSetting(setting []byte) string {
	return strings.TrimRight(string(setting[sha256.Size:]), "\x00")
}

func differs(rank int, name, want, got string) error {
	if want == got {
		return errors.Errorf("train: rank %d: %s: want what rank 0 has, %s, got another of the same name or number", rank, name, want)
	}
	return errors.Errorf("train: rank %d: %s: want what rank 0 has, %s, got %s", rank, name, want, got)
}

// weightSums are the checksums of all weights, one behind the other.
func weightSums(net *graph.Network) []byte {
	var all []byte
	for _, p := range net.Params() {
		sum := sha256.Sum256(bytesOf(p.Value))
		all = append(all, sum[:]...)
	}
	return all
}

// verify reports, after the steps that ask for it, the first weight in which a rank
// differs from rank 0.
func (f *fitting) verify() error {
	step := f.begun + f.steps
	if f.Group == nil || f.Verify == 0 || step%f.Verify != 0 {
		return nil
	}
	own := weightSums(f.net)
	all, err := f.Group.Allgather(own)
	if err != nil {
		return err
	}
	for i, p := range f.net.Params() {
		for r := 1; r < f.Group.Size(); r++ {
			at := i * sha256.Size
			if !bytes.Equal(all[at:at+sha256.Size], all[r*len(own)+at:][:sha256.Size]) {
				return errors.Errorf("train: after step %d: rank %d has other bits of the weight %s than rank 0", step, r, p.Name)
			}
		}
	}
	return nil
}
