//go:build (!amd64 && !arm64) || purego

package f32

func detect() []Level { return []Level{Generic} }
