#!/usr/bin/env bash
# Installs what the tests need when it may (root on Debian); else says what is missing and fails.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v dotnet >/dev/null || missing+=("the .NET SDK 10 (https://dotnet.microsoft.com/download)")
command -v node >/dev/null || missing+=("Node.js 20.19 or newer with npm 11 (https://nodejs.org)")
if [ ${#missing[@]} -gt 0 ]; then
  printf 'Missing: %s\n' "${missing[@]}" >&2
  exit 1
fi

packages=()
[ -x /usr/bin/chromium ] || packages+=(chromium)
for package in ceph-mon ceph-osd radosgw; do
  command -v "$package" >/dev/null || packages+=("$package")
done
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${packages[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
  else
    echo "Missing: ${packages[*]}. As root on Debian: apt-get install ${packages[*]}" >&2
    exit 1
  fi
fi
