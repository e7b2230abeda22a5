# Every habit of the project, one verb each. CI runs .ci/run, which runs these same commands.
.DEFAULT_GOAL := help
.PHONY: $(shell grep -oE '^[a-z-]+:' $(firstword $(MAKEFILE_LIST)) | tr -d :)

SERVICES := alert-service,response-service,indicator-service
REGISTRY ?= tocsin
# What the chart pulls unless it is told another tag.
TAG ?= $(shell sed -n 's/^appVersion: *//p' deploy/helm/tocsin/Chart.yaml)
SOURCE ?= unknown
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)

# What runs for long, or is measured, is compiled as in production; the pom says how other tests are.
LONG := -Dtest.jvm.brief=

comma := ,
# $(1): which Dockerfile; $(2): what its tag ends with
define docker-build
for service in $(subst $(comma), ,$(SERVICES)); do \
  docker build -f $$service/src/main/docker/Dockerfile.$(1) -t $(REGISTRY)/$$service:$(TAG)$(2) \
    --build-arg VERSION=$(TAG) --build-arg REVISION=$(REVISION) --build-arg SOURCE=$(SOURCE) . || exit 1; \
done
endef
# $(1): what the tag ends with
define docker-push
for service in $(subst $(comma), ,$(SERVICES)); do docker push $(REGISTRY)/$$service:$(TAG)$(1) || exit 1; done
endef

help: ## Show this
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

build: ## Compile and package everything, without tests
	./mvnw -q -DskipTests package

test: ## Everything CI tests: unit, API, end to end
	./mvnw verify

test-one: ## One test class: make test-one MODULE=alert-service TEST=TokenTest
	./mvnw -q -pl $(MODULE) -am test -Dtest=$(TEST) -Dsurefire.failIfNoSpecifiedTests=false

prove-actions: ## 20,000 random interleavings of callers, agents, crashes and clock jumps against the states of actions, and as many against what an agent carried out (COUNT=…, SEED=…)
	@mkdir -p target; ./mvnw $(LONG) -B -pl response-service -am test -Dtest='Prove*tionsTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtocsin.prove.actions=$(or $(COUNT),20000) -Dtocsin.prove.seed=$(or $(SEED),20261129) > target/actions.log 2>&1; status=$$?; \
	grep -E '^actions: |^executions: |Tests run|ERROR' target/actions.log; exit $$status

prove-requests: ## 100,000 fuzzed requests against the whole platform (COUNT=…, SEED=…)
	./mvnw $(LONG) verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test='WholePlatformE2E#shouldHold*Demo*Played+shouldKeepToTheContract*' \
	  -Dtocsin.prove.requests=$(or $(COUNT),100000) -Dtocsin.prove.seed=$(or $(SEED),20261121)

prove-filters: ## A million fuzzed filters and 100,000 made-up ones: make prove-filters FILTERS=1000000
	./mvnw $(LONG) -q -pl platform -am test -Dtest=FilterFuzzTest,FilterRowsTest,AgreementWithOlingoTest \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dtocsin.filters=$(or $(FILTERS),1000000) -Djqwik.tries.default=100000

prove-audit: ## 40,000 audit rows by eight writers that commit late, sealed and verified (ROWS=…)
	./mvnw $(LONG) -q -pl alert-service -am test -Dtest=SealAuditTest -Dsurefire.failIfNoSpecifiedTests=false -Dtocsin.prove.audit=$(or $(ROWS),40000)

detections: ## Hold the recorded attacks against the built-in rules: what fired, and how much of it falsely
	@mkdir -p target; ./mvnw -B -q -pl alert-service -am test -Dtest=RecordedAttacksTest -Dsurefire.failIfNoSpecifiedTests=false > target/detections.log 2>&1; \
	status=$$?; grep -E '^detections' target/detections.log; exit $$status

bench-detections: ## What an event pays for the built-in rules, in nanoseconds
	./mvnw $(LONG) -B -q -pl alert-service -am test -Dtest=DetectionCost -Dsurefire.failIfNoSpecifiedTests=false | grep -E ' ns |ERROR'
prove-correlation: ## Alerts and telemetry in any order: 100,000 decisions, 40 made-up attacks by the service (TRIES=… ATTACKS=…)
	./mvnw $(LONG) -q -pl alert-service -am test -Dtest=LinkingTest,CorrelateInAnyOrderTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Djqwik.tries.default=$(or $(TRIES),100000) -Dtocsin.prove.correlation=$(or $(ATTACKS),40)

bench-correlation: ## How long an alert waits for its incident (RATE=1000 SECONDS=20 BACKLOG=20000)
	./mvnw $(LONG) -B -pl alert-service -am test -Dtest=CorrelationCost -Dsurefire.failIfNoSpecifiedTests=false -Dtocsin.bench.rate=$(or $(RATE),1000) \
	  -Dtocsin.bench.seconds=$(or $(SECONDS),20) -Dtocsin.bench.backlog=$(or $(BACKLOG),20000) | grep -E '^correlation|ERROR'

bench-story: ## How long a story of 1,000 processes takes on a machine with a million events (EVENTS=… PROCESSES=…)
	./mvnw $(LONG) -B -pl alert-service -am test -Dtest=StoryCost -Dsurefire.failIfNoSpecifiedTests=false -Dtocsin.bench.events=$(or $(EVENTS),1000000) \
	  -Dtocsin.bench.processes=$(or $(PROCESSES),1000) | grep -E '^story|ERROR'
prove-webhooks: ## Changes of eight writers told to a webhook whose target fails now and then: all, in order (ROWS=…, SEED=…)
	./mvnw $(LONG) -q -pl alert-service -am test -Dtest=ProveWebhooksTest -Dsurefire.failIfNoSpecifiedTests=false -Dtocsin.prove.webhooks=$(or $(ROWS),10000) -Dtocsin.prove.seed=$(or $(SEED),20261129)

prove-feeds: ## A million rows by 16 writers that commit late and roll back, told to readers that crash (ROWS=…, SEED=…)
	@mkdir -p target; ./mvnw $(LONG) -B -pl alert-service -am test -Dtest=ProveFeedsTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtocsin.prove.feeds=$(or $(ROWS),1000000) -Dtocsin.prove.seed=$(or $(SEED),20261121) > target/feeds.log 2>&1; status=$$?; \
	grep -E '^feeds: |Tests run|ERROR' target/feeds.log; exit $$status

bench-matching: ## What a look-up of an indicator costs, beside HashMap, PostgreSQL and Redis (WHAT=IndexLookup, REDIS=port of a running server)
	./mvnw -q -pl deploy/bench -am test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/bench.cp
	java -Dtocsin.bench.redis=$(or $(REDIS),6379) -cp deploy/bench/target/test-classes:$$(cat deploy/bench/target/bench.cp) org.openjdk.jmh.Main \
	  -jvmArgsAppend -Dtocsin.bench.redis=$(or $(REDIS),6379) '$(or $(WHAT),IndexLookup|MapLookup|DatabaseLookup|RedisLookup)' 2>&1 | grep -E '^(index|map|redis|Benchmark|[A-Z][a-z]+Lookup)'

bench-index-load: ## How soon the index of ten million indicators is there, from the table and from a snapshot (INDICATORS=10000000 ROUNDS=3)
	./mvnw -q -pl deploy/bench -am test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/bench.cp
	java -Xmx1g -XX:+UseSerialGC -Dtocsin.bench.indicators=$(or $(INDICATORS),10000000) -Dtocsin.bench.rounds=$(or $(ROUNDS),3) \
	  -cp deploy/bench/target/test-classes:$$(cat deploy/bench/target/bench.cp) io.tocsin.bench.matching.IndexLoad 2>&1 | grep -E '^index load|Exception'

prove-import: ## Kill the replica that takes a list of indicators five times: it goes on, each is there once and found (KILLS=5 LINES=200000)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=KilledImportE2E \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.import-kills=$(or $(KILLS),5) -Dtocsin.e2e.import-lines=$(or $(LINES),200000) > target/import.log 2>&1; status=$$?; \
	grep -E '^import|Tests run|ERROR' target/import.log; exit $$status

prove-playbooks: ## Kill the replica that works on a run at each of its steps: another goes on, everything is done once
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=KilledPlaybookE2E \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.playbook-kills=$(or $(KILLS),13) > target/playbooks.log 2>&1; status=$$?; \
	grep -E '^playbook|Tests run|ERROR' target/playbooks.log; exit $$status

prove-taxii: ## The standard's own Python client against our TAXII server (PYTHON=one that has taxii2-client and stix2)
	@mkdir -p target; ./mvnw $(LONG) -B -pl indicator-service -am test -Dtest=TaxiiClientTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtocsin.taxii.python=$(PYTHON) > target/taxii.log 2>&1; status=$$?; grep -E '^taxii: |Tests run|ERROR' target/taxii.log; exit $$status

prove-index: ## Two million changes of the index against a plain map, and three replicas killed at random (STEPS=…, TRANSACTIONS=…, SEED=…)
	@mkdir -p target; ./mvnw $(LONG) -B -pl indicator-service -am test -Dtest=KeyTableTest,IndexFollowerTest,MatchingProofTest,PrecedenceTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dtocsin.prove.index=$(or $(STEPS),2000000) -Dtocsin.prove.matching=$(or $(STEPS),2000000) -Dtocsin.prove.replicas=$(or $(TRANSACTIONS),20000) \
	  -Dtocsin.prove.seed=$(or $(SEED),20261129) > target/index.log 2>&1; status=$$?; grep -E '^index: |Tests run|ERROR' target/index.log; exit $$status

walk: ## Walk every endpoint for its permission, tenant and audit row, and print the count
	@mkdir -p target; ./mvnw -B -q -pl alert-service,response-service,indicator-service -am test -Dtest=EndpointWalkTest \
	  -Dsurefire.failIfNoSpecifiedTests=false > target/walk.log 2>&1; status=$$?; \
	grep -E '^(endpoint walk|  missing: |[A-Z]+ /[^ ]*: )' target/walk.log | sort -u; exit $$status

chart-test: ## What the Helm chart renders
	./mvnw -q -pl deploy/helm test

chart-docs: ## Write the table of values into the chart's README
	./mvnw -q -pl deploy/helm test -Dtest=ValuesTest -Dtocsin.chart.write=true

prove-chart: ## Install it with every set of values into a real API server, by Helm 3 and 4 (needs Go; builds Kubernetes once)
	@mkdir -p target; ./mvnw -B -q -pl deploy/helm test -Dtest=ValuesTest -Dtocsin.chart.sets=target/value-sets
	deploy/helm/prove

native: ## Build the services as native executables (needs GraalVM or Mandrel 25)
	./mvnw package -Dnative -Pimage -DskipTests -pl $(SERVICES) -am

prove-native: ## Build them and run every API test against the executables
	./mvnw verify -Dnative -pl $(SERVICES) -am

prove-packaged: ## Run every API test against the packaged JVM services
	./mvnw -B -pl $(SERVICES) -am verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false '-Dpackaged.tests=**/*IT.java'

packages: ## Package the JVM services as their images want them, each with its bill of materials
	./mvnw -q -Pimage -DskipTests package -pl $(SERVICES) -am

images: native ## Native images by Docker, tagged as the chart pulls them: make images push REGISTRY=registry.example/tocsin SOURCE=https://…
	$(call docker-build,native,)

images-jvm: packages ## JVM images by Docker, each with an AOT cache made in its own JVM: make images-jvm push-jvm REGISTRY=…
	$(call docker-build,jvm,-jvm)

push: ## Push the native images
	$(call docker-push,)

push-jvm: ## Push the JVM images
	$(call docker-push,-jvm)

images-jib: ## Build and push JVM images without Docker, as REGISTRY/tocsin/<service>:TAG-jvm: make images-jib REGISTRY=registry.example
	REVISION=$(REVISION) SOURCE=$(SOURCE) ./mvnw -Pimage -DskipTests package -pl $(SERVICES) -am -Dquarkus.container-image.push=true \
	  -Dquarkus.container-image.registry=$(REGISTRY) -Dquarkus.container-image.tag=$(TAG)-jvm

sbom: packages ## The bill of materials of each service: <service>/target/classes/META-INF/sbom/application.cdx.json
	@ls */target/classes/META-INF/sbom/application.cdx.json

bench-start: ## Time to readiness and idle memory of each service, with and without an AOT cache (STARTS=5)
	./mvnw -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=StartCost -Dfailsafe.failIfNoSpecifiedTests=false \
	  -Dtocsin.bench.starts=$(or $(STARTS),5) | grep -E '^start |Tests run|ERROR'

lint: ## Format the sources and refuse what the compiler warns of
	./mvnw -q test-compile

up: ## Start the platform on this machine
	deploy/local/up

down: ## Stop it
	deploy/local/down

demo: ## Play an attack through it
	deploy/local/demo

new-migration: ## An empty migration: make new-migration NAME="add column to alert"
	@file=platform/src/main/resources/db/migration/V$$(date -u +%Y%m%d%H%M)__$$(echo "$(NAME)" | tr 'A-Z ' 'a-z_').sql; \
	test -n "$(NAME)" || { echo 'say what it does: NAME="…"' >&2; exit 1; }; \
	touch "$$file"; echo "$$file (raise SchemaVersion.NEEDED to its version)"

bench-limits: ## What a request pays for its limit, in nanoseconds and bytes
	./mvnw $(LONG) -B -pl platform-testkit -am test -Dtest=LimitCost -Dsurefire.failIfNoSpecifiedTests=false | grep -E ' ns(,|$$)|ERROR'

prove-keys: ## Kill a replica ten times among keyed requests: every effect once
	./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=TwoReplicasE2E -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.kills=10 | grep -E '^kill|Tests run|ERROR'

prove-ingest: ## Kill a replica and PostgreSQL ten times among alerts that are pushed in: every acknowledged one once (KILLS=10)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=KilledIngestE2E \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.ingest-kills=$(or $(KILLS),10) > target/ingest.log 2>&1; status=$$?; \
	grep -E '^ingest|Tests run|ERROR' target/ingest.log; exit $$status

prove-upgrade: ## Upgrade a full schema under the release before, and step back; replace every replica under load (FILLED=200000)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=RollingUpgradeE2E,PreviousReleaseE2E -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.forks=1 -Dtocsin.e2e.previous=true \
	  -Dtocsin.e2e.filled=$(or $(FILLED),200000) \
	  -Dtocsin.e2e.rolling=alert-service,response-service,indicator-service > target/upgrade.log 2>&1; status=$$?; \
	grep -E '^(replaced|rolling|previous)|Tests run|ERROR|failed:' target/upgrade.log; exit $$status

prove-restore: ## Lose the database under running services: restore a dump, recover to a point in time (PG_BIN=folder of pg_dump 18)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=RestoreE2E -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.recovery=true -Dtocsin.pg.bin=$(PG_BIN) > target/restore.log 2>&1; status=$$?; \
	grep -E '^(restored|epochs)|Tests run|ERROR' target/restore.log; exit $$status

bench-size: ## What rows weigh and how fast they come in, by service (SECONDS_EACH=10, INDICATORS=100000)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=SizeCost -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.seconds=$(or $(SECONDS_EACH),10) \
	  -Dtocsin.bench.indicators=$(or $(INDICATORS),100000) > target/size.log 2>&1; status=$$?; \
	grep -E '^size |Tests run|ERROR' target/size.log; exit $$status

prove-pooler: ## Every kind of work through PgBouncer in transaction mode (needs pgbouncer)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/e2e -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test=PoolerE2E -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.e2e.pooler=true > target/pooler.log 2>&1; status=$$?; \
	grep -E '^pooler|Tests run|ERROR|failed:' target/pooler.log; exit $$status

bench-alerts: ## Alerts a second, single, in bulk and listed, beside PostgreSQL on this machine (ROUNDS=3 SECONDS=20 PARTS=single,bulk,list PROFILED=true JOBS=off)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/bench -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=AlertBench \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.rounds=$(or $(ROUNDS),3) -Dtocsin.bench.seconds=$(or $(SECONDS),20) \
	  -Dtocsin.bench.parts=$(or $(PARTS),single$(comma)bulk$(comma)list) -Dtocsin.bench.profiled=$(or $(PROFILED),false) -Dtocsin.bench.jobs=$(or $(JOBS),on) \
	  -Dtocsin.bench.results=$(CURDIR)/target/bench-alerts.md > target/bench-alerts.log 2>&1; status=$$?; \
	grep -E '^bench |Tests run|ERROR' target/bench-alerts.log; exit $$status

bench-indicators: ## Indicators imported and values matched a second, beside PostgreSQL on this machine (ROUNDS=3 PARTS=lines,batches,match HELD=0)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/bench -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=IndicatorBench \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.rounds=$(or $(ROUNDS),3) -Dtocsin.bench.parts=$(or $(PARTS),lines$(comma)batches$(comma)match) \
	  -Dtocsin.bench.held=$(or $(HELD),0) $(if $(RECORDING),-Dtocsin.bench.recording=$(RECORDING)) > target/bench-indicators.log 2>&1; status=$$?; \
	grep -E '^bench |Tests run|ERROR' target/bench-indicators.log; exit $$status

bench-agents: ## A fleet on one replica: enrolment, memory, idle cost, delivery, indicators, a restart and a kill (AGENTS=10000 SECONDS=60 PARTS=stream,poll,indicators,fanout,burst,herd,kill RATE=20 PROFILED=true)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/bench -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=AgentBench \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.agents=$(or $(AGENTS),10000) -Dtocsin.bench.seconds=$(or $(SECONDS),60) \
	  -Dtocsin.bench.parts=$(or $(PARTS),stream$(comma)poll$(comma)indicators$(comma)fanout$(comma)burst$(comma)herd$(comma)kill) -Dtocsin.bench.rate=$(or $(RATE),20) \
	  -Dtocsin.bench.profiled=$(or $(PROFILED),false) $(if $(RECORDING),-Dtocsin.bench.recording=$(RECORDING)) \
	  -Dtocsin.bench.results=$(CURDIR)/target/bench-agents.md > target/bench-agents.log 2>&1; status=$$?; \
	grep -E '^bench |Tests run|ERROR' target/bench-agents.log; exit $$status

investigate-attack: ## A recorded attack, from its telemetry to what is done about it and taken back (DATA=folder of telemetry/ ATTACK=names LEVEL=levels, between commas; three recordings at two levels)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/bench -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=RecordedAttack \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.data=$(abspath $(DATA)) $(if $(ATTACK),-Dtocsin.bench.attack=$(ATTACK)) \
	  $(if $(LEVEL),-Dtocsin.bench.level=$(LEVEL)) > target/investigate-attack.log 2>&1; status=$$?; \
	grep -E '^attack |Tests run|ERROR' target/investigate-attack.log; exit $$status

bench-lists: ## Published lists taken in, what is refused and why, and what recorded telemetry matches of them (DATA=folder of indicators/ and telemetry/)
	@mkdir -p target; ./mvnw $(LONG) -B -pl deploy/bench -am verify -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=RealLists \
	  -Dfailsafe.failIfNoSpecifiedTests=false -Dtocsin.bench.data=$(abspath $(DATA)) > target/bench-lists.log 2>&1; status=$$?; \
	grep -E '^lists |Tests run|ERROR' target/bench-lists.log; exit $$status
