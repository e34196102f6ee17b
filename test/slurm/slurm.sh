#!/bin/sh
# A real Slurm on this machine alone, for tests: `slurm.sh start FOLDER`, `slurm.sh stop FOLDER`. Everything it writes is in
# FOLDER, and it ends only what it has started. `start` ends with 77 and the reason when Slurm cannot run here.
set -u
folder=$2
conf=$folder/slurm.conf

cannot() {
  echo "$1" >&2
  exit 77
}

start() {
  for program in munged slurmctld slurmd sbatch squeue; do
    command -v "$program" >/dev/null || cannot "$program is not installed (Debian: slurm-wlm, munge)"
  done
  [ "$(id -u)" = 0 ] || cannot 'slurmd wants to be root'
  mkdir -p "$folder/state" "$folder/spool"
  chmod 755 "$folder"
  dd if=/dev/urandom of="$folder/munge.key" bs=1024 count=1 2>/dev/null
  chmod 600 "$folder/munge.key"
  cat > "$conf" <<CONF
ClusterName=hopwise
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MinJobAge=30
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" --pid-file="$folder/munged.pid" \
    --log-file="$folder/munged.log" --seed-file="$folder/munged.seed" || cannot 'munged does not start'
  export SLURM_CONF=$conf
  slurmctld -f "$conf" || cannot 'slurmctld does not start'
  slurmd -f "$conf" -N "$(hostname)" || cannot 'slurmd does not start'
  for _ in $(seq 60); do
    sinfo --noheader --format %t 2>/dev/null | grep -q idle && return
    sleep 1
  done
  cannot "no node became idle: $(tail -2 "$folder/slurmctld.log")"
}

stop() {
  for daemon in slurmd slurmctld munged; do
    [ -f "$folder/$daemon.pid" ] && kill "$(cat "$folder/$daemon.pid")" 2>/dev/null
  done
  return 0
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) echo "usage: $0 start|stop FOLDER" >&2; exit 2 ;;
esac
