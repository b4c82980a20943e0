#!/usr/bin/env bash
# scripts/slurm/campaign on a real Slurm of two nodes: a comparison as three shards, one of which fails at first and
# one of which is lost, ends like one on a single machine. Exit 77 where there is no Slurm.
#   campaign_test.sh AGENT TRAINER    TRAINER: what dlfix-agent trains with (DLFIX_TRAINER)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/tests/slurm/two_nodes.sh"
reason=$(can_start_cluster) || { echo "skipped: $reason"; exit 77; }
binary=$(realpath "$1")
DLFIX_TRAINER=$(realpath "$2")
export DLFIX_TRAINER DLFIX_HOME=$root DLFIX_POLL_SECONDS=1

folder=$(mktemp -d /tmp/dlfix-slurm-XXXXXX)
end() {
  local status=$?
  stop_cluster
  if [ "$status" -ne 0 ]; then
    tail -n 20 "$folder"/campaign/*.log "$folder"/cluster/*.out >&2 || true
  fi
  rm -rf "$folder"
  exit "$status"
}
trap end EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}
expect() { # WHAT FOUND WANTED
  [ "$2" = "$3" ] || fail "$1: '$2', not '$3'"
}

export XDG_DATA_HOME=$folder/data XDG_CONFIG_HOME=$folder/config
start_cluster "$folder/cluster"

# The second shard fails when it is first tried, the third one's task is killed where it stands.
cat >"$folder/agent" <<AGENT
#!/usr/bin/env bash
case "\$*" in
  *"--shard 2/3"*) mkdir "$folder/second" 2>/dev/null && { echo "no such luck" >&2; exit 3; } ;;
  *"--shard 3/3"*) mkdir "$folder/third" 2>/dev/null && { sleep 600; } ;;
esac
exec "$binary" "\$@"
AGENT
chmod +x "$folder/agent"
arguments=("$root/data/programs/rings_loss.py" "$root/data/programs/moons_slow.py" --techniques random,guided
  --repetitions 2 --budget 4)
campaign=$root/scripts/slurm/campaign

DLFIX_AGENT=$folder/agent "$campaign" submit "$folder/campaign" 3 -s "--time=10" -- "${arguments[@]}"
for ((try = 0; try < 120; ++try)); do
  [ -d "$folder/third" ] && [ -f "$folder/campaign/shard-1.done" ] && [ -f "$folder/campaign/shard-2.failed" ] && break
  sleep 1
done
expect "states" "$("$campaign" status "$folder/campaign" | paste -sd';')" \
  "1/3 done;2/3 failed with status 3;3/3 running"
"$campaign" collect "$folder/campaign" 2>"$folder/refused" && fail "an unfinished campaign is collected"
grep -q "shard 2 of 3 is not done: failed with status 3" "$folder/refused" || fail "$(cat "$folder/refused")"
DLFIX_AGENT=$folder/agent "$campaign" submit "$folder/campaign" 3 -- "${arguments[@]}" 2>/dev/null &&
  fail "a campaign is begun twice"
scancel --signal=KILL --full "$(head -n 1 "$folder/campaign/jobs")_3"
"$campaign" wait "$folder/campaign" >"$folder/waited" && fail "a lost shard counts as done"
expect "after the kill" "$(paste -sd';' "$folder/waited")" "1/3 done;2/3 failed with status 3;3/3 lost"

before=$(stat -c %Y "$folder/campaign/shard-1.done")
"$campaign" resubmit "$folder/campaign" 2>"$folder/resubmitted"
grep -q "shards 2,3 of 3" "$folder/resubmitted" || fail "$(cat "$folder/resubmitted")"
"$campaign" wait "$folder/campaign" >"$folder/waited" || fail "$(cat "$folder/waited")"
expect "the first shard ran once" "$(stat -c %Y "$folder/campaign/shard-1.done")" "$before"
"$campaign" resubmit "$folder/campaign" 2>"$folder/resubmitted"
grep -q "nothing to submit" "$folder/resubmitted" || fail "$(cat "$folder/resubmitted")"

"$campaign" collect "$folder/campaign" >/dev/null
"$binary" compare "${arguments[@]}" --store "$folder/single.sqlite" --output "$folder/single" --quiet >/dev/null
python3 - "$folder/campaign/result/comparison.json" "$folder/single/comparison.json" <<'PYTHON'
import json, sys
merged, single = (json.load(open(name)) for name in sys.argv[1:])
merged.pop("cost"), single.pop("cost")
if merged != single:
    sys.exit("the merged campaign differs from a comparison on one machine")
if not all(fault["columns"].keys() >= {"random", "guided"} for fault in single["faults"].values()):
    sys.exit("columns are missing")
PYTHON
echo "two nodes, three shards, one failed and one lost: the same result as on one machine"
