//go:build !purego

package f32

import "golang.org/x/sys/cpu"

func detect() []Level {
	x := &cpu.X86
	switch {
	case x.HasAVX2 && x.HasFMA && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return []Level{Generic, AVX2, AVX512}
	case x.HasAVX2 && x.HasFMA:
		return []Level{Generic, AVX2}
	}
	return []Level{Generic}
}
