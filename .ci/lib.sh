# Shared by run and long: the environment, the steps, and the last line "N passed, N failed, N skipped". Source it from the repository's root.

export CI=true
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
# MSBuild reads the configuration from here. Tests and samples run the binaries that were analysed and packed.
export Configuration=Release
# One compiler for all projects, which is warm after the first. It is ended with the build.
export UseSharedCompilation=true
# Plain lines, because the log is read below.
export MSBUILDTERMINALLOGGER=off

work=$(mktemp -d)
log=$work/test.log

# Sums the lines that every test project ends with:
# "Passed!  - Failed:     0, Passed:     1, Skipped:     0, Total:     1, Duration: 9 ms - Some.Tests.dll (net10.0)"
summaries() { grep -E '(Passed|Failed|Skipped)! +- Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$log" || true; }
counts() {
    summaries | sed -E 's/.*Failed: +([0-9]+), Passed: +([0-9]+), Skipped: +([0-9]+),.*/\1 \2 \3/' |
        awk '{ failed += $1; passed += $2; skipped += $3 }
             END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }'
}

# The failed tests with their messages, once more at the end, where a log that was cut still shows them.
failures() { grep -E -A 12 '^ +Failed .+ \[[^]]+\]$' "$log" | grep -vE 'differs:|^ +at ' | head -n 200 || true; }

finish() {
    local code=$?
    trap - EXIT
    if [[ $code -ne 0 ]]; then
        if [[ -s $log ]]; then failures; fi
        echo "-- FAILED (exit code $code)"
    fi

    if [[ -s $log && -n $(summaries) ]]; then counts; fi
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT

# step HEADING FUNCTION: -e stays in force inside, which "if" or "||" would switch off.
step() {
    local began=$SECONDS
    echo "-- $1 ..."
    "$2"
    echo "-- $1: $((SECONDS - began)) s"
}

fail() { echo "$*" >&2; return 1; }

# Runs a command and fails on a warning too. Advisories about packages (NU1901 to NU1904) are only shown, because an advisory
# that is published tomorrow must not break today's commit.
no_warnings() {
    "$@" 2>&1 | tee "$work/output.log"
    if grep -E '(^|[: ])warning( |:)' "$work/output.log" | grep -vqE 'NU190[1-4]'; then
        fail "There are warnings."
    fi
}

require_sdk() {
    command -v dotnet > /dev/null || fail "dotnet is not on the PATH: install the .NET 10 SDK."
    dotnet --list-sdks | grep -q '^10\.' ||
        fail "The .NET 10 SDK is needed (global.json); here are: $(dotnet --list-sdks | cut -d' ' -f1 | tr '\n' ' ')"
    echo ".NET SDK $(dotnet --version)"
}

# The server of the S3 tests, the browser and the video of the sample WebFiles, and the tools for disks and backups of Local. Only root can
# install them. Elsewhere the tests say what to install.
servers() {
    local program
    for program in radosgw s3cmd curl chromium ffmpeg mkfs.xfs mkfs.ext4 xfs_io rsync; do
        command -v "$program" > /dev/null || local missing=yes
    done
    if [[ -z ${missing:-} ]]; then return 0; fi
    [[ $(id -u) -eq 0 ]] || return 0
    apt-get update -qq > /dev/null && apt-get install -y -qq --no-install-recommends \
        ceph-mon ceph-osd radosgw s3cmd curl chromium ffmpeg xfsprogs e2fsprogs rsync > /dev/null
}

restore() { no_warnings dotnet restore; }

build() {
    no_warnings dotnet build --no-restore -warnaserror -warnnotaserror:NU1901,NU1902,NU1903,NU1904
    dotnet build-server shutdown --vbcscompiler
}

# Fails when no test ran or a test failed. The exit code of a test run alone does not tell.
require_passed() {
    [[ $(counts) != "0 passed, 0 failed, "* ]] || fail "No test ran."
    [[ $(counts) == *" passed, 0 failed, "* ]] || fail "Tests failed."
}
