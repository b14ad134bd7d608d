# Everything that people and CI run. `make help` lists it; each target sets up what it needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Maven runs on the newest JDK of at least 21, whatever `java` is the default.
export JAVA_HOME := $(shell build/jdk.sh)
MVN := mvn -q -B --no-transfer-progress
export MAVEN_OPTS := -Xmx2g -Djansi.noreset=true --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED
PRODUCT := crds,operator,e2e
RUNTIME := runtime-image,runtime-image/engine,runtime-image/boot,runtime-image/examples/word-count
RUNTIME_SOURCES := $(shell find pom.xml runtime-image -type f -not -path '*/target/*')
SEEDS ?= 2000

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: package ## Upgrade a word count on a real cluster in mid-stream and count after it (TEXT=folder)
	@TEXT="$(TEXT)" build/e2e.sh io.streamjob.e2e.wordcount.Demo

.PHONY: test
test: runtime-image/target/built ## Run every test: units, simulation, real engine, and end to end on a real cluster
	@build/timed.sh test build/test.sh $(MVN)

.PHONY: check
check: ## Build, format check, units, planner, simulation; no cluster
	@build/timed.sh check $(MVN) verify -pl crds,charts,operator -am

.PHONY: sim
sim: ## Simulate rollouts with faults from SEEDS seeds (SEED=n tells one again)
	@$(MVN) test -pl operator -am -Dtest='SimulationTest#rulesHoldWhateverGoesWrong' -Dsurefire.failIfNoSpecifiedTests=false \
		-Dsim.seeds=$(SEEDS) $(if $(SEED),-Dsim.seed=$(SEED))

.PHONY: mutation
mutation: ## Change the planner in each of its decisions: does a test notice? (at least 90 % must be)
	@$(MVN) process-test-classes -Dmutation.phase=process-test-classes -pl operator -am >&2
	@awk -F, '{all++} $$6 ~ /KILLED|TIMED_OUT|_ERROR/ {killed++} END {printf "mutation: ok killed=%d of=%d percent=%d\n", killed, all, 100 * killed / all}' \
		operator/target/pit-reports/mutations.csv

.PHONY: e2e
e2e: ## Run the end-to-end tests on a real cluster
	@build/timed.sh e2e $(MVN) verify -pl e2e -am -DskipTests=false -Dsurefire.skip=true

.PHONY: golden
golden: ## Rewrite golden files from what the code makes now
	@$(MVN) test -pl crds,charts,operator -Dgolden.update=true
	@echo "golden: ok changed=$$(git status --porcelain | wc -l)"

.PHONY: crds
crds: ## Rewrite the custom resource definitions from the API types
	@$(MVN) test -pl crds,charts -Dgolden.update=true
	@echo "crds: ok changed=$$(git status --porcelain -- crds charts | wc -l)"

.PHONY: cluster-up
cluster-up: ## Start a Kubernetes cluster on this machine
	@kubeconfig=$$(e2e/cluster/up.sh); echo "cluster-up: ok kubeconfig=$$kubeconfig"

.PHONY: cluster-down
cluster-down: ## Stop that cluster
	@e2e/cluster/down.sh >/dev/null; echo "cluster-down: ok"

.PHONY: crash-sweep
crash-sweep: package ## Kill the operator at its writes, and all it needs, on real parts (PART=deaths,faults,coordinators,workers)
	@PART="$(PART)" build/e2e.sh io.streamjob.e2e.crash.CrashSweep

.PHONY: bench-upgrade
bench-upgrade: package ## Measure how long upgrades silence the sink (REPETITIONS=7, PART=small,...)
	@REPETITIONS="$(or $(REPETITIONS),7)" PART="$(PART)" build/e2e.sh io.streamjob.e2e.bench.UpgradeBench

.PHONY: bench-recovery
bench-recovery: package ## Measure how long lost pods silence the sink (REPETITIONS=7, PART=coordinator_running,...)
	@REPETITIONS="$(or $(REPETITIONS),7)" PART="$(PART)" build/e2e.sh io.streamjob.e2e.bench.RecoveryBench

.PHONY: bench-scale
bench-scale: package ## Measure one operator with many StreamJobs (JOBS=1000, REPETITIONS=7)
	@JOBS="$(or $(JOBS),1000)" REPETITIONS="$(or $(REPETITIONS),7)" build/e2e.sh io.streamjob.e2e.bench.ScaleBench

.PHONY: format
format: ## Format the sources
	@$(MVN) spotless:apply

.PHONY: package
package: runtime-image/target/built
	@echo "build: the operator" >&2
	@$(MVN) package -Dmaven.test.skip=true -pl $(PRODUCT)

# Assembling the engine anew would have its image built and its archives trained anew.
runtime-image/target/built: $(RUNTIME_SOURCES)
	@echo "build: the runtime image (a first run downloads its dependencies)" >&2
	@$(MVN) package -Dmaven.test.skip=true -pl $(RUNTIME)
	@touch $@
