#!/usr/bin/env bash
# Writes the migration of the control database from what the rows in src/Varve.Control/Rows now are: eng/migration.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
[ -n "${1:-}" ] || { echo "usage: eng/migration.sh NAME" >&2; exit 2; }
tools=artifacts/tools
[ -x "$tools/dotnet-ef" ] || dotnet tool install dotnet-ef --version 10.0.15 --tool-path "$tools"
DOTNET_ROLL_FORWARD=Major "$tools/dotnet-ef" migrations add "$1" --project src/Varve.Control --startup-project src/Varve.Control --output-dir Migrations
