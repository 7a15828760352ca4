//go:build (!amd64 && !arm64) || purego

package f32

func adam(w, g, m, v []float32, s AdamStep) { adamGo(w, g, m, v, s) }
