//go:build (!amd64 && !arm64) || purego

package f32

func rectify(y []float32)                            { rectifyGo(y) }
func unrectify(dst, g, y []float32)                  { unrectifyGo(dst, g, y) }
func clamp(y []float32, low, high float32)           { clampGo(y, low, high) }
func unclamp(dst, g, y []float32, low, high float32) { unclampGo(dst, g, y, low, high) }
func addTo(y, x []float32)                           { addToGo(y, x) }

func drop(y, x []float32, words []uint32, threshold uint32, scale float32) {
	dropGo(y, x, words, threshold, scale)
}
