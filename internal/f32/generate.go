package f32

//go:generate go -C _asm run ./adam -out ../adam_amd64.s -stubs ../adam_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./gemm -out ../gemm_amd64.s -stubs ../gemm_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./block -out ../block_amd64.s -stubs ../block_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./elements -out ../elements_amd64.s -stubs ../elements_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./columns -out ../columns_amd64.s -stubs ../columns_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./transpose -out ../transpose_amd64.s -stubs ../transpose_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./windows -out ../windows_amd64.s -stubs ../windows_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./functions -out ../functions_amd64.s -stubs ../functions_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./minimal -out ../minimal_amd64.s -stubs ../minimal_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./neon ../../f32 ../../philox
//go:generate go -C _asm run ./loops
