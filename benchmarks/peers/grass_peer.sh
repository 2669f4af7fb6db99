#!/usr/bin/env bash
# GRASS as a worker (see worker.hpp), inside `grass --tmp-location XY --exec`; the import is not timed.
#   grass_peer.sh density EVENTS.txt SIDE RADIUS  |  grass_peer.sh distance MASK SIDE
set -euo pipefail
exec 3>&1 >/dev/null # GRASS talks; only file 3 reaches run.py
what=$1 input=$2 side=$3 radius=${4:-}
TIMEFORMAT='%R %U %S'
export GRASS_VERBOSE=-1 GRASS_OVERWRITE=1

g.region n="$side" s=0 e="$side" w=0 res=1
if [ "$what" = density ]; then
  v.in.ascii -zn input="$input" output=events separator=space z=3
  work=(v.kernel input=events output=result radius="$radius" kernel=quartic)
else
  r.in.bin input="$input" output=mask bytes=1 north="$side" south=0 east="$side" west=0 rows="$side" cols="$side" anull=0
  work=(r.grow.distance input=mask distance=result metric=euclidean)
fi
echo "ready GRASS $(g.version | sed -n 's/^GRASS \([0-9.]*\).*/\1/p')" >&3
while read -r word path; do
  if [ "$word" = run ]; then
    { time "${work[@]}" >/dev/null 2>&1; } 2>&1 | awk '{ print $1, $2 + $3; fflush() }' >&3
  else
    r.out.bin -f input=result output="$path" bytes=4 null=0
    echo written >&3
  fi
done
