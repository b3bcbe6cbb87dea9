# The launcher, and the files that are shipped: good ones pass, broken ones are refused by file and line.
check shipped-files control-plane/bin/litewatch check
check shipped-injector control-plane/bin/litewatch check --injector control-plane/config/injector.yml
refused() { # refused NAME EXPECTED COMMAND...: passes when COMMAND fails and says EXPECTED
  refused_expect=$1; shift
  refused_output=$("$@" 2>&1) && { echo "was accepted"; return 1; }
  printf '%s\n' "$refused_output"
  printf '%s\n' "$refused_output" | grep -qF "$refused_expect"
}
rule_tests() { # passes when check ran the tests of all the shipped rules
  rule_count=$(cat alert-rules/network/*.yml | grep -c '^ *- alert: ')
  control-plane/bin/litewatch check | grep -F "rule tests of $rule_count rules passed"
}
check rule-tests rule_tests
bad_files=$logs/bad
rm -rf "$bad_files"; mkdir -p "$bad_files/rules"
cp alert-rules/network/*.yml "$bad_files/rules/"
sed 's/rpc_head_lag_seconds > 10/rpc_head_lag_second > 10/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
check broken-rule refused 'rpc.yml:8: groups[0].rules[0].expr: "rpc_head_lag_second" is no signal' \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
cp -R alert-rules/tests "$bad_files/tests"
sed -i.orig 's|\.\./network/|../rules/|' "$bad_files"/tests/*.yml
sed 's/rpc_head_lag_seconds > 10/rpc_head_lag_seconds >= 10/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
bad_line=$(grep -n 'alertname: RpcHeadStalled' "$bad_files/tests/rpc.yml" | sed -n '2s/:.*//p')
check loose-rule refused "tests/rpc.yml:$bad_line: tests[0].alert_rule_test[1]: RpcHeadStalled at 4s: expected no other that fires; got firing {" \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
sed 's/  for: 1m$/  for: 1m30s/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
check slow-rule refused 'RpcBehind at 1m: expected firing {severity=warning, target=over}; got pending {' \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
sed '/^  - name: RpcBehind$/,$d' "$bad_files/tests/rpc.yml" >"$bad_files/rpc-tests.yml"
mv "$bad_files/rpc-tests.yml" "$bad_files/tests/rpc.yml"
cp alert-rules/network/rpc.yml "$bad_files/rules/rpc.yml"
check untested-rule refused ': the tests of the rule RpcBehind lack a time at which it fires' \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
rm -r "$bad_files/tests"
sed 's/push_silent_seconds >= 60/probe_samples > 10/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
bad_line=$(grep -n 'probe_samples > 10' "$bad_files/rules/rpc.yml" | cut -d: -f1)
check impossible-rule refused "rpc.yml:$bad_line: groups[2].rules[0].expr: can never be true: probe_samples is 0 to 10" \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
sed 's/runbook: rpc-head-stalled/runbook: nowhere/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
bad_line=$(grep -n 'runbook: nowhere' "$bad_files/rules/rpc.yml" | head -1 | cut -d: -f1)
check rule-without-runbook refused "rpc.yml:$bad_line: groups[0].rules[0].annotations.runbook: the rule RpcHeadStalled links to a runbook that is missing" \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
check unknown-network-settings refused 'MAINNET_LITE_RPC_1_URL' \
  control-plane/bin/litewatch check --network control-plane/config/networks/mainnet-lite.yml
sed 's/json.status == "ok"/json.status = "ok"/' control-plane/config/networks/lab.yml >"$bad_files/lab.yml"
bad_line=$(grep -n 'json.status' "$bad_files/lab.yml" | cut -d: -f1)
check broken-endpoint refused "lab.yml:$bad_line: endpoints[0].parameters.expect_json: " \
  control-plane/bin/litewatch check --network "$bad_files/lab.yml"
mkdir -p "$bad_files/slo"
sed 's/rpc_head_lag_seconds/rpc_head_lag_second/' alert-rules/slo/rpc-freshness.yml >"$bad_files/slo/rpc-freshness.yml"
bad_line=$(grep -n 'signal: rpc' "$bad_files/slo/rpc-freshness.yml" | cut -d: -f1)
check broken-slo refused "rpc-freshness.yml:$bad_line: spec.indicator.spec.thresholdMetric.metricSource.spec.signal: \"rpc_head_lag_second\" is no signal of rpc.head; did you mean rpc_head_lag_seconds?" \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
