#!/bin/sh
# What `make lint` runs: sh tools/lint.sh .venv/bin. All checks run; the exit status is 1 if any failed.
bin=$1
failed=""
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Nothing of this machine's own installation is read or written.
export ENV_FILE=/dev/null VAR_DIR="$scratch/var" PYTHONWARNINGS=ignore
unset DATABASE_URL REDIS_URL SECRET_KEY DJANGO_SETTINGS_MODULE

check() {
    name=$1
    shift
    if "$@" >"$scratch/output" 2>&1; then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        cat "$scratch/output"
        failed="$failed $name,"
    fi
}

in_production() {
    env DJANGO_SETTINGS_MODULE=edu_cms.settings.production \
        SECRET_KEY="$("$bin/python" -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        DATABASE_URL=postgres://nobody@localhost/nothing REDIS_URL=redis://localhost:6379/0 \
        ALLOWED_HOSTS=example.org SITE_URL=https://example.org "$@"
}

check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check .
# shellcheck disable=SC2046 -- no template has a space in its name
check "djhtml" "$bin/djhtml" --check $(find edu_cms content campaigns -path '*/templates/*' -name '*.html' | sort)
check "layers" "$bin/lint-imports"
check "migrations" "$bin/python" manage.py makemigrations --check --dry-run
check "production settings" in_production "$bin/python" manage.py check --deploy --fail-level WARNING
check "catalogues" "$bin/python" manage.py update_catalogues --check
check "known holes" "$bin/python" tools/audit.py requirements.txt
[ -s "$scratch/output" ] && [ "${failed%known holes,}" = "$failed" ] && sed "s/^/        /" "$scratch/output"

[ -z "$failed" ] && exit 0
echo "make lint failed:$failed see above" >&2
exit 1
