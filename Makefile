# check: form and static checks. test: all tests. lanes: those of the kernels
# and what stands on them, on every set of kernels. The rest takes longer or is for
# a closer look.

PLATFORMS = linux/arm64 darwin/arm64 windows/amd64
FUZZTIME ?= 30s
BENCH ?= TrainStep|Infer

.PHONY: check format vet test lanes arm64 race bench fuzz golden generate tables notebooks accuracy peers onnxnets scaling stock killed ranks

check: format vet
	go build ./...
	go tool staticcheck ./...

format:
	@out=$$(go tool gofumpt -l .); if [ -n "$$out" ]; then echo "not formatted, run go tool gofumpt -w .:"; echo "$$out"; exit 1; fi
	@go mod tidy -diff

vet:
	go vet ./...
	@for p in $(PLATFORMS); do echo GOOS=$${p%/*} GOARCH=$${p#*/} go vet ./...; GOOS=$${p%/*} GOARCH=$${p#*/} go vet ./... || exit 1; done

# Tests hold in any order: a failure prints the seed that gives it again.
test:
	go test -shuffle=on ./...

ENGINE = ./internal/engine ./internal/f32 ./internal/lower ./internal/parallel
KERNELS = ./graph/... $(ENGINE) ./nets/... ./train

lanes:
	GODEBUG=cpu.avx512f=off go test -shuffle=on $(KERNELS)
	GODEBUG=cpu.avx512f=off,cpu.avx2=off go test -shuffle=on $(ENGINE)
	go test -shuffle=on -short -skip '^TestFindRateTrains$$' -tags purego $(KERNELS)

# arm64: what NEON computes, by QEMU's user emulation: it says nothing of speed. The
# words of the assembly are decoded, in the generators' module.
QEMU ?= qemu-aarch64-static
ARM64 = GOARCH=arm64 CGO_ENABLED=0 go test -vet=off -timeout 30m -exec $(QEMU)
arm64:
	go -C internal/f32/_asm test ./neon
	$(ARM64) -short ./internal/f32 ./internal/philox
	$(ARM64) -short -skip '^($(SHAPES))$$' ./internal/engine
	$(ARM64) -run Golden ./graph
	$(ARM64) -run '^TestBits$$/^AVX2$$/^(simple|lesson)$$' -cpu 1,3 ./nets
	$(ARM64) -run TestTwentySteps ./nets

# race: what starts goroutines, or is to bear several; of the tests that go through
# shapes or files, that look at memory, and of real images, there are others that start
# what they start.
SHAPES = TestConvLastPool|TestConvLastTiles|TestConvPairLastStrips|TestGenericOpsRewrite|TestGenericOpsBits|TestRandomGradients|TestArrangedGraphs
ALONE = TestGradientsOfDeclarations|TestProgramsAreFreed|TestONNXIsReadAgain|TestProfileOfEveryNetwork|TestSavedFor|TestLoadIsWhatWasSaved|TestReadmeProgram|TestFindRateTrains|TestStreamedHoldsNoPixels|TestTileSeams
race:
	EURYALE_DATA= go test -race -skip '^($(SHAPES)|$(ALONE))$$' ./graph ./internal/archive ./internal/parallel ./internal/engine ./loaders ./loaders/augment ./nets/filters ./train ./train/mpi

# killed: a hundred runs of training, killed at random moments and resumed.
killed:
	EURYALE_KILLED=100 go test -count=1 -v -run TestKilled ./cmd/internal/cli

# ranks: over MPI, where Debian's openmpi-bin or mpich are installed, and iproute2 to
# make two hosts of network namespaces. EURYALE_MPI_ABI may name a folder into which
# PyPI's mpich is installed, whose library has the standard ABI.
ranks:
	EURYALE_MPI=1 go test -count=1 -v ./train/mpi ./cmd/ranks

# bench: the speed of steps and of kernels, on this machine.
bench:
	go test -run '^$$' -bench '$(BENCH)' ./train
	go run ./cmd/digits doctor
	@echo
	@echo "Of a processor that README.md has no figures of, above all of arm64's, please send"
	@echo "all that is printed above to the project: which it is stands there too."

# scaling: what a training step costs along each axis of a network.
scaling:
	go test -run '^$$' -bench Scaling -benchtime 0.5s ./train

# stock: how many times as fast as Gorgonia's ops the fused engine is in generic
# Go, and where the matrix products that Gorgonia calls have no assembly either, as
# on other processors than amd64.
stock:
	go test -tags purego -run '^$$' -bench OverStock ./train
	go test -tags purego,noasm -run '^$$' -bench OverStock ./train

# peers: the suite in turn with PyTorch, eager and compiled, Keras, JAX and ONNX
# Runtime, as far as PYTHON has them.
PYTHON ?= python3
peers:
	train/testdata/peers/compare.sh $(PYTHON)

# onnxnets: networks of torchvision here and in ONNX Runtime, in turn; in ONNXNETS,
# where PYTHON's torch puts them first.
ONNXNETS ?= $(or $(EURYALE_ONNX_NETS),onnxnets)
onnxnets:
	graph/testdata/onnxnets/compare.sh $(PYTHON) $(abspath $(ONNXNETS))
	EURYALE_ONNX_NETS=$(abspath $(ONNXNETS)) go test -count=1 -run TestONNXNetworks ./graph

# generate: the assembly, from the programs in _asm.
generate:
	go generate ./internal/...

# tables: what the notebook kernel knows of the packages, after a change of what
# they export.
tables:
	go run ./internal/symbols/gen

# notebooks: runs them, on the built-in images, and saves what they show. Needs
# Jupyter, and the kernel where it finds it or below PREFIX: see notebooks/kernel.
notebooks:
	cd notebooks/kernel && go run . execute $(if $(PREFIX),--prefix $(PREFIX)) ../*.ipynb

# Each fuzz target in turn: go test takes one at a time. Those that run networks
# would spend all of it on making what they found shorter.
fuzz:
	@for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p || exit 1; \
		done; \
	done

# golden: compare with the reference values beside the datasets of EURYALE_DATA.
golden:
	go test -v -run Golden ./graph ./internal/engine

# accuracy: the README's best figures, on the real images, of three seeds each.
RECIPE = --net vgg-small --dropout 0.4 --batch 64 --optimizer adamw --lr 0.002 --weight-decay 0.01 --schedule one-cycle --stop-at 0
accuracy:
	@for seed in 1 2 3; do go run ./cmd/fashion --dataset fashion $(RECIPE) --epochs 8 --seed $$seed --quiet || exit 1; done
	@for seed in 1 2 3; do go run ./cmd/digits --dataset mnist $(RECIPE) --epochs 6 --seed $$seed --quiet || exit 1; done
