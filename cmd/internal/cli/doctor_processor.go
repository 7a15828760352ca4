package cli

import (
	"cmp"
	"context"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"

	"euryale/internal/f32"
)

// processor is the machine as the program sees it.
type processor struct {
	Name       string   `json:"name"`
	OS         string   `json:"os"`
	Arch       string   `json:"arch"`
	Go         string   `json:"go"`
	Cores      int      `json:"cores"`
	GOMAXPROCS int      `json:"gomaxprocs"`
	Extensions []string `json:"vector_extensions"`
	Kernels    string   `json:"kernels"`
}

// extensions are those that kernels might use.
var extensions = []struct {
	id   cpuid.FeatureID
	name string
}{
	{cpuid.AVX, "AVX"},
	{cpuid.AVX2, "AVX2"},
	{cpuid.FMA3, "FMA"},
	{cpuid.AVX512F, "AVX512F"},
	{cpuid.AVX512BW, "AVX512BW"},
	{cpuid.AVX512DQ, "AVX512DQ"},
	{cpuid.AVX512VL, "AVX512VL"},
	{cpuid.ASIMD, "ASIMD"},
}

func thisProcessor() processor {
	p := processor{
		Name: cmp.Or(strings.TrimSpace(cpuid.CPU.BrandName), "unknown"),
		OS:   runtime.GOOS, Arch: runtime.GOARCH, Go: runtime.Version(),
		Cores: runtime.NumCPU(), GOMAXPROCS: runtime.GOMAXPROCS(0),
		Extensions: []string{}, Kernels: f32.Current().String(),
	}
	for _, e := range extensions {
		if cpuid.CPU.Supports(e.id) {
			p.Extensions = append(p.Extensions, e.name)
		}
	}
	return p
}

// processor is the first section.
func (c *checkup) processor(context.Context) error {
	p := thisProcessor()
	c.found.Processor = p
	c.out.printf("Processor\n")
	c.out.printf("  name        %s\n", p.Name)
	c.out.printf("  cores       %d, GOMAXPROCS %d\n", p.Cores, p.GOMAXPROCS)
	c.out.printf("  extensions  %s\n", cmp.Or(strings.Join(p.Extensions, " "), "none that is known"))
	c.out.printf("  kernels     %s\n", p.Kernels)
	c.out.printf("  system      %s/%s, %s\n", p.OS, p.Arch, p.Go)
	return nil
}
