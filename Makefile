# Everything needs Go and git; the targets marked * need Python 3 as well.
.PHONY: help test test-all wheel wheel-test arm test-cuda gpu notebooks lab image image-test audit lint stress generate golden torch mutate bench bench-peers protocol echarts gallery screenshot blocking requirements clean
.DEFAULT_GOAL := help
GO ?= go
# Settings of the user's with which this module could not be built.
export GO111MODULE = on
export GOWORK = off
ARGS ?=

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

test: ## all a change must pass: go test (for arm64 too), on an emulated GPU, lint, and in a real JupyterLab and browser the front-end tests (COMPLETE=1: nothing may be left out)
	@$(GO) run ./tools test $(if $(COMPLETE),-complete)

test-all: ## the same with the slow parts whose source is as it was when they passed, which test leaves out (writes .ci/passed.json)
	@$(GO) run ./tools test -all $(if $(COMPLETE),-complete)

wheel: ## * the packages for pip, in dist/: with one of them a machine that has Python alone runs the notebooks
	@$(GO) run ./kernel/wheel $(ARGS)

wheel-test: ## * this machine's wheel, installed and run where there is neither Go nor a network
	@$(GO) run ./tools wheel

arm: ## the NEON kernels' tests alone, under QEMU (qemu-user of Debian and Ubuntu)
	@$(GO) run ./tools arm

test-cuda: ## the backend for GPUs on an emulated one: its values, and its PTX for all architectures (clang-19 and g++ of Debian and Ubuntu)
	@$(GO) run ./tools cuda

gpu: ## what a machine with a GPU needs to test and measure within eight minutes, into .cache/gpu, and the command for there
	@$(GO) run ./tools gpu

notebooks: ## the lecture's notebooks, whole and without the network, with a table of accuracies and minutes (ARGS="-p epochs=1 -p samples=6000 exemplo1-mlp" shortens one; ARGS=-write commits what they show)
	@$(GO) run ./tools notebooks $(ARGS)

lab: ## * JupyterLab on notebooks/ with the kernel installed (ARGS="--no-browser --port=9999" is passed on)
	@$(GO) run ./tools lab $(ARGS)

image: ## the classroom's images, nnlab and nnlab-hub (needs Docker; ARGS="--build-arg RUNTIME=nvidia/cuda:13.0.2-runtime-ubuntu24.04" for a GPU)
	@$(GO) run ./tools image $(ARGS)

image-test: ## * both built and tested: JupyterLab in the browser, a class on the hub (needs Docker; NNLAB_WHOLE=1: the examples whole, thirty students; notes in .ci/passed.json that they passed)
	@$(GO) run ./tools image-test

audit: ## * the images' packages of pip and Go in the databases of known vulnerabilities, by pip-audit and govulncheck (needs the internet; no part of the tests)
	@$(GO) run ./tools audit

lint: ## gofmt, go vet (for arm64 and macOS too), the libraries for Windows, staticcheck, and whether go generate changes anything
	@$(GO) run ./tools lint

stress: ## each package's tests 30 times shuffled, on one core and on all, while other work takes them (ARGS="-runs 3 ./kernel/..." for a part; the whole takes a night)
	@$(GO) run ./tools stress $(ARGS)

generate: ## make anew what is generated
	$(GO) generate ./...

mutate: ## flip one sign of each gradient in turn; the tests must notice every one
	$(GO) run ./nnlab/internal/mutate $(ARGS)

bench: ## the lab on this machine: epochs, products, convolutions, in GFLOP/s and as a share of the FMA peak (ARGS="-short" ends within 40 s)
	$(GO) run ./nnlab/bench $(ARGS)

PEERS = .cache/peers

bench-peers: ## * the same side by side with Keras, PyTorch and GoMLX (downloads 4 GB; about an hour), to docs/benchmarks.md (ARGS="-work gemm -rounds 1 -markdown= " for a part)
	python3 -m venv $(PEERS)/python
	$(PEERS)/python/bin/pip install --quiet --require-hashes -r nnlab/bench/peers/requirements.txt
	cd nnlab/bench/peers/gomlx && GOEXPERIMENT=simd $(GO) build -o ../../../../$(PEERS)/gomlx .
	$(GO) run ./nnlab/bench -peers all -json .cache/benchmarks.json -markdown docs/benchmarks.md $(ARGS)

golden: ## * the numbers of real Keras in nnlab/nn/testdata and nnlab/arch/testdata (downloads TensorFlow)
	python3 -m venv .cache/keras
	.cache/keras/bin/pip install --quiet -r nnlab/nn/testdata/requirements.txt
	.cache/keras/bin/python nnlab/nn/testdata/keras_mlp.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_examples.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_layers.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_random.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_merges.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_graphs.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_metrics.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_losses.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_schedules.py
	.cache/keras/bin/python nnlab/nn/testdata/keras_augment.py
	.cache/keras/bin/python nnlab/arch/testdata/keras_models.py

torch: ## * the numbers of real torchvision in nnlab/arch/testdata (downloads PyTorch, 3 GB)
	python3 -m venv .cache/torch
	.cache/torch/bin/pip install --quiet -r nnlab/arch/testdata/requirements.txt
	.cache/torch/bin/python nnlab/arch/testdata/torch_models.py
	.cache/torch/bin/python nnlab/arch/testdata/torch_counts.py

protocol: ## * Jupyter's own tests of a kernel, with nnlab and with GoNB alone, as the table of docs/protocol.md (ten minutes)
	@$(GO) run ./tools protocol

echarts: ## * the pieces of Apache ECharts that live charts are made with, from npm (needs Node.js)
	mkdir -p .cache/echarts && cp kernel/internal/install/echarts/source/* .cache/echarts
	rm -f kernel/internal/install/echarts/lab/*
	cd .cache/echarts && npm ci --silent && npm run --silent build -- --outdir=../../kernel/internal/install/echarts/lab

gallery: ## all figures, as docs/gallery has them
	NNLAB_GALLERY_PAGE=1 $(GO) test -count=1 -run '^TestGalleryPage$$' ./nnlab/viz

screenshot: ## * docs/exemplo1.png from a real browser
	@$(GO) run ./tools screenshot

blocking: ## * how long updates of live figures keep JupyterLab's page, as the table of docs/gallery.md (three minutes)
	@$(GO) run ./tools blocking

UV = .cache/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --upgrade

requirements: ## * pin the newest packages that the .in files in frontend/requirements, docker/requirements and nnlab/bench/peers allow
	python3 -m venv .cache/uv
	.cache/uv/bin/pip install --quiet uv
	cd frontend/requirements && ../../$(UV) --python-version 3.10 lab.in -o lab.txt && ../../$(UV) --python-version 3.10 -c lab.txt test.in -o test.txt
	cd docker/requirements && ../../$(UV) --python-version 3.10 -c ../../frontend/requirements/lab.txt image.in -o image.txt && ../../$(UV) --python-version 3.10 hub.in -o hub.txt
	cd nnlab/bench/peers && ../../../$(UV) --python-version 3.11 requirements.in -o requirements.txt

clean: ## remove what these targets made
	rm -rf .venv .cache
