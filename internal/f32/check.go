package f32

// check panics unless what a kernel relies on holds.
func check(ok bool, message string) {
	if !ok {
		panic("f32: " + message)
	}
}
