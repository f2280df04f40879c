#!/usr/bin/env bash
# One-node Ceph with an S3 gateway, for tests: loopback only, no systemd, gone when whoever started it is gone.
#   radosgw.sh DIR OWNER PORT MONITOR MONITOR_V1
# State and logs under DIR; S3 on http://127.0.0.1:PORT, ready when this returns. OWNER is a process id: when that process ends, so do the servers, and DIR is
# removed. BLEEPSTORE_CEPH_KEEPS_DELETED_SECONDS says when the memory of what was deleted is freed; by default after hours, so a reader
# can go on. Needs the Debian packages ceph-mon, ceph-osd and radosgw. Access key testkey, secret testsecret, path style.
set -Eeuo pipefail
dir=${1:?folder} owner=${2:?process id} port=${3:?port} monitor=${4:?port} monitor_v1=${5:?port}
mkdir -p "$dir"/{mon,osd,rgw,asok}
dir=$(cd "$dir" && pwd)
started=()

end() {
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
}

cat > "$dir/ceph.conf" << C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = [v2:127.0.0.1:$monitor,v1:127.0.0.1:$monitor_v1]
mon initial members = a
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
ms client mode = crc
ms service mode = crc
ms cluster mode = crc
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
osd crush chooseleaf type = 0
run dir = $dir
admin socket = $dir/asok/\$name.asok
pid file =
log file = $dir/\$name.log
log to stderr = false
err to stderr = false
mon cluster log file = $dir/cluster.log
mon data avail crit = 1
mon data avail warn = 1
# Nothing is logged to memory either, which took a tenth of the time.
debug ms = 0/0
debug osd = 0/0
debug rgw = 0/0
debug objclass = 0/0
[mon]
mon data = $dir/mon
[osd]
osd data = $dir/osd
osd objectstore = memstore
memstore device bytes = 8589934592
osd memory target = 939524096
osd class update on start = false
osd crush initial weight = 1
[client]
rgw data = $dir/rgw
# Without tcp_nodelay the end of every answer to a GET waits 40 ms for the acknowledgement of its beginning.
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw num rados handles = 1
rgw thread pool size = 64
# Each shard of a bucket's index costs requests when the bucket is made, listed and removed. Two are enough to be merged.
rgw override bucket index max shards = 2
rgw dynamic resharding = false
rgw gc obj min wait = ${BLEEPSTORE_CEPH_KEEPS_DELETED_SECONDS:-7200}
rgw gc processor period = ${BLEEPSTORE_CEPH_KEEPS_DELETED_SECONDS:-3600}
C
conf=(-c "$dir/ceph.conf")

# Starts a server of its own session, so that an interrupt at the terminal reaches the tests alone.
serve() {
  local name=$1
  shift
  setsid "$@" "${conf[@]}" -f > "$dir/$name.out" 2>&1 < /dev/null &
  started+=($!)
}

wait_for() {
  for _ in $(seq 300); do
    if "$@" > /dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  echo "radosgw.sh: no answer from: $*" >&2
  return 1
}

osd_up() { ceph "${conf[@]}" osd stat 2> /dev/null | grep -q '1 up'; }

trap end ERR
ceph-authtool --create-keyring "$dir/keyring" --gen-key -n mon. --cap mon 'allow *' > /dev/null
fsid=$(sed -n 's/^fsid = //p' "$dir/ceph.conf")
monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$monitor,v1:127.0.0.1:$monitor_v1]" "$dir/monmap" > /dev/null
ceph-mon "${conf[@]}" -i a --mkfs --monmap "$dir/monmap" --keyring "$dir/keyring"
serve mon ceph-mon -i a
wait_for timeout 5 ceph "${conf[@]}" -s
uuid=$(cat /proc/sys/kernel/random/uuid)
ceph "${conf[@]}" osd new "$uuid" > /dev/null
ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$uuid" > "$dir/mkfs.out" 2>&1
serve osd ceph-osd -i 0
wait_for osd_up
radosgw-admin "${conf[@]}" user create --uid=test --display-name=test --access-key=testkey --secret-key=testsecret --max-buckets=0 > "$dir/user.out" 2>&1
serve rgw radosgw -n client.rgw
wait_for curl -s -o /dev/null "http://127.0.0.1:$port/"
trap - ERR

# The guard ends the servers with their owner; in a session of its own, so that what ends the owner does not end it first.
setsid bash -c '
  owner=$1 dir=$2
  shift 2
  while kill -0 "$owner" 2> /dev/null; do sleep 0.5; done
  kill "$@" 2> /dev/null
  for pid in "$@"; do while kill -0 "$pid" 2> /dev/null; do sleep 0.1; done; done
  rm -rf "$dir"
' guard "$owner" "$dir" "${started[@]}" > /dev/null 2>&1 < /dev/null &
