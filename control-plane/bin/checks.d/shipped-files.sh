# The launcher, and the files that are shipped: good ones pass, broken ones are refused by file and line.
check shipped-files control-plane/bin/litewatch check
refused() { # refused NAME EXPECTED COMMAND...: passes when COMMAND fails and says EXPECTED
  refused_expect=$1; shift
  refused_output=$("$@" 2>&1) && { echo "was accepted"; return 1; }
  printf '%s\n' "$refused_output"
  printf '%s\n' "$refused_output" | grep -qF "$refused_expect"
}
bad_files=$logs/bad
rm -rf "$bad_files"; mkdir -p "$bad_files/rules"
cp alert-rules/network/*.yml "$bad_files/rules/"
sed 's/rpc_head_lag_seconds > 10/rpc_head_lag_second > 10/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
check broken-rule refused 'rpc.yml:8: groups[0].rules[0].expr: "rpc_head_lag_second" is no signal' \
  env LITEWATCH_RULES="$bad_files/rules" control-plane/bin/litewatch check
sed 's/runbook: rpc-head-stalled/runbook: nowhere/' alert-rules/network/rpc.yml >"$bad_files/rules/rpc.yml"
check rule-without-runbook refused 'rpc.yml:16: groups[0].rules[0].annotations.runbook: the rule RpcHeadStalled links to a runbook that is missing' \
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
