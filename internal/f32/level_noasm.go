//go:build !amd64 || purego

package f32

func detect() Level { return Generic }
