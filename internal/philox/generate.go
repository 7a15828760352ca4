package philox

//go:generate go -C ../f32/_asm run ./philox -out ../../philox/words_amd64.s -stubs ../../philox/words_stub_amd64.go -pkg philox
