# Each target is one call of one script: without make, run `sh asye/bootstrap.sh TARGET`.
ARGS ?=

.PHONY: run manage test check prove bench lock

run: ; @sh asye/bootstrap.sh run
manage: ; @sh asye/bootstrap.sh manage $(ARGS)
test: ; @sh asye/bootstrap.sh test $(ARGS)
check: ; @sh asye/bootstrap.sh check
prove: ; @sh asye/bootstrap.sh prove $(ARGS)
bench: ; @sh asye/bootstrap.sh bench $(ARGS)
lock: ; @sh asye/bootstrap.sh lock $(ARGS)
