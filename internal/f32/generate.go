package f32

//go:generate go -C _asm run ./adam -out ../adam_amd64.s -stubs ../adam_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./gemm -out ../gemm_amd64.s -stubs ../gemm_stub_amd64.go -pkg f32
//go:generate go -C _asm run ./block -out ../block_amd64.s -stubs ../block_stub_amd64.go -pkg f32
