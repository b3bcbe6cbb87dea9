# Prometheus rules that watch the watcher: syntax, configuration and unit tests.
if need promtool prometheus; then
  check prometheus-config sh -c 'cd alert-rules/meta && promtool check config prometheus.yml'
  check prometheus-rule-tests sh -c 'cd alert-rules/meta && promtool test rules litewatch_test.yml'
else
  cannot prometheus "promtool is not installed and apt-get cannot install it here"
fi
