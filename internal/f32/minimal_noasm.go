//go:build (!amd64 && !arm64) || purego

package f32

func transformSquares(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	transformSquaresGo(m, by, dst, src, tiles, n, e)
}
