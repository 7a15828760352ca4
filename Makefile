# check: all that must hold of a change, short of the race detector.
# test, race, bench, fuzz, golden: its parts, and what takes longer.

PLATFORMS = linux/arm64 darwin/arm64 windows/amd64
FUZZTIME ?= 30s
BENCH ?= TrainStep|Infer

.PHONY: check format vet test race bench fuzz golden

check: format vet
	go build ./...
	go tool staticcheck ./...

format:
	@out=$$(go tool gofumpt -l .); if [ -n "$$out" ]; then echo "not formatted, run go tool gofumpt -w .:"; echo "$$out"; exit 1; fi
	@go mod tidy -diff

vet:
	go vet ./...
	@for p in $(PLATFORMS); do echo GOOS=$${p%/*} GOARCH=$${p#*/} go vet ./...; GOOS=$${p%/*} GOARCH=$${p#*/} go vet ./... || exit 1; done

test:
	go test ./...

race:
	go test -race ./loaders ./train

bench:
	go test -run '^$$' -bench '$(BENCH)' ./train

# Each fuzz target in turn: go test takes one at a time.
fuzz:
	@for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "== $$p $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$p || exit 1; \
		done; \
	done

# golden: compare with the reference values beside the datasets of EURYALE_DATA.
golden:
	go test -v -run Golden ./graph
