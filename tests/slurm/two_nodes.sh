# A Slurm cluster of two nodes on this machine, for tests: start_cluster FOLDER, stop_cluster.
# Needs root and Debian's slurm-wlm and munge. Everything lives in FOLDER; nothing of the system's own Slurm is touched.

cluster_pids=()

# Says what is missing and returns 1 where no cluster can be had.
can_start_cluster() {
  local tool
  [ "$(id -u)" -eq 0 ] || { echo "needs root: slurmd starts the tasks of other users"; return 1; }
  for tool in slurmctld slurmd sbatch squeue scancel munged mungekey; do
    PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || {
      echo "$tool is not installed (Debian: apt-get install slurm-wlm munge)"
      return 1
    }
  done
}

start_cluster() {
  local folder=$1 host node
  export PATH=$PATH:/usr/sbin
  host=$(hostname -s)
  mkdir -p "$folder"/{state,spool-n1,spool-n2,munge}
  # munge refuses keys, sockets and folders that others may write or own.
  chmod 755 "$folder" "$folder/munge"
  mungekey --create --keyfile="$folder/munge/key"
  munged --foreground --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
    --seed-file="$folder/munge/seed" --log-file="$folder/munge/log" --force >"$folder/munge.out" 2>&1 &
  cluster_pids+=($!)
  cat >"$folder/slurm.conf" <<CONF
ClusterName=dlfixtest
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket
CredType=cred/munge
SlurmctldPort=27817
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/slurmd-%n.log
SlurmdSpoolDir=$folder/spool-%n
StateSaveLocation=$folder/state
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmctldTimeout=30
SlurmdTimeout=30
MinJobAge=300
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=27818 CPUs=1 State=UNKNOWN
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=27819 CPUs=1 State=UNKNOWN
PartitionName=test Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
  # Tasks are followed by their processes: no cgroup is made, but the plugin has to load.
  echo "CgroupPlugin=cgroup/v1" >"$folder/cgroup.conf"
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -D -c >"$folder/slurmctld.out" 2>&1 &
  cluster_pids+=($!)
  for node in n1 n2; do
    slurmd -D -N "$node" >"$folder/slurmd-$node.out" 2>&1 &
    cluster_pids+=($!)
  done
  local try
  for ((try = 0; try < 60; ++try)); do
    [ "$(sinfo --noheader --Node --format=%t 2>/dev/null | grep -c '^idle$')" = 2 ] && return 0
    sleep 1
  done
  echo "the cluster did not come up:" >&2
  tail -n 5 "$folder"/*.out "$folder"/*.log >&2
  return 1
}

stop_cluster() {
  local pid
  scancel --user=root >/dev/null 2>&1 || true
  for ((i = ${#cluster_pids[@]} - 1; i >= 0; --i)); do
    pid=${cluster_pids[$i]}
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${cluster_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  cluster_pids=()
}
