module euryale/internal/f32/_asm

go 1.26.0

require (
	github.com/mmcloughlin/avo v0.6.0
	golang.org/x/arch v0.33.0 // of a test: it decodes arm64's words
)

require (
	golang.org/x/mod v0.27.0 // indirect
	golang.org/x/sync v0.16.0 // indirect
)

require golang.org/x/tools v0.36.0 // indirect; what avo asks for does not compile on Go 1.26
