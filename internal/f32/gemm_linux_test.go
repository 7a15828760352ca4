package f32

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// fenced returns a slice of n floats that end where a page begins that cannot
// be read or written.
func fenced(t *testing.T, n int) []float32 {
	t.Helper()
	page := syscall.Getpagesize()
	size := (4*n + page - 1) / page * page
	mem, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(mem); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(mem[size:], syscall.PROT_NONE); err != nil {
		t.Skip(err)
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&mem[0])), size/4)[size/4-n:]
}

// Nothing is read or written beyond the end of an operand.
func TestGemmFenced(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(11, 12))
		for m := 1; m <= 14; m++ {
			for _, n := range []int{1, 7, 8, 9, 15, 17, 24, 31, 33, 50, 65} {
				p := newProduct(rng, m, n, 3, 0, 0, n%2 == 0, m%2 == 0)
				c, a, b := fenced(t, len(p.c)), fenced(t, len(p.a)), fenced(t, len(p.b))
				copy(c, p.c)
				copy(a, p.a)
				copy(b, p.b)
				p.a, p.b = a, b
				Gemm(c, p.ldc, a, p.rsa, p.csa, b, p.ldb, m, n, p.k, p.add)
				p.check(t, c)
			}
		}
	})
}
