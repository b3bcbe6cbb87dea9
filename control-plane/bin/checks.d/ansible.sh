# The role: lint clean at the production profile, and a playbook that parses.
if need ansible-lint "ansible-core ansible-lint yamllint"; then
  check ansible-lint sh -c 'cd ansible && ansible-lint --offline --profile production'
  check ansible-syntax sh -c 'cd ansible && ansible-playbook --syntax-check playbooks/site.yml'
else
  cannot ansible "ansible-lint is not installed and apt-get cannot install it here"
fi
