# The dashboards are what their source gives. What they show is checked by DashboardsTest and by the end-to-end test.
if command -v npm >/dev/null 2>&1; then
  check grafana-npm sh -c 'cd grafana && npm ci --no-audit --no-fund'
  check grafana-dashboards sh -c 'cd grafana && npm run check'
else
  cannot grafana "npm is not on the PATH"
fi
