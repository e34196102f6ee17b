# A parking lot in ns-2.35: h links of 5 Mbit/s and 20 ms, RED 7/20 (gentle, w_q 0.002, max_p 0.1), buffer 40, packets of 1040 bytes;
# a long SACK flow over all of them, and one over each. ns parking-lot.tcl HOPS SEED prints the share of the first link that the
# long flow holds, and the mean utilisation of the links, 30 to 150 s.
lassign $argv hops seed
set ns [new Simulator]
ns-random $seed
set random [new RNG]
$random seed $seed
Queue/RED set thresh_ 7
Queue/RED set maxthresh_ 20
Queue/RED set gentle_ true
Queue/RED set q_weight_ 0.002
Queue/RED set linterm_ 10
Queue/RED set bytes_ false
Queue/RED set queue_in_bytes_ false
Queue/RED set mean_pktsize_ 1000
Agent/TCP set packetSize_ 1000
Agent/TCP set window_ 4000
Agent/TCP set overhead_ 0.001
for {set i 0} {$i <= $hops} {incr i} { set n($i) [$ns node] }
for {set i 0} {$i < $hops} {incr i} {
  set j [expr $i + 1]
  $ns duplex-link $n($i) $n($j) 5Mb 20ms RED
  $ns queue-limit $n($i) $n($j) 40
  $ns queue-limit $n($j) $n($i) 1000
  set monitor($i) [$ns monitor-queue $n($i) $n($j) ""]
}
proc flow {name from to} {
  global ns n random tcp
  set source [$ns node]
  set end [$ns node]
  $ns duplex-link $source $n($from) 1000Mb 0.1ms DropTail
  $ns duplex-link $n($to) $end 1000Mb 0.1ms DropTail
  set tcp($name) [new Agent/TCP/Sack1]
  set sink [new Agent/TCPSink/Sack1]
  $ns attach-agent $source $tcp($name)
  $ns attach-agent $end $sink
  $ns connect $tcp($name) $sink
  set ftp [new Application/FTP]
  $ftp attach-agent $tcp($name)
  $ns at [$random uniform 0 2] "$ftp start"
}
flow long 0 $hops
for {set i 0} {$i < $hops} {incr i} { flow cross$i $i [expr $i + 1] }
proc begin {} {
  global hops monitor bytes tcp before
  for {set i 0} {$i < $hops} {incr i} { set bytes($i) [$monitor($i) set bdepartures_] }
  foreach name {long cross0} { set before($name) [$tcp($name) set ack_] }
}
proc finish {} {
  global hops monitor bytes tcp before
  set used 0
  for {set i 0} {$i < $hops} {incr i} {
    set used [expr $used + ([$monitor($i) set bdepartures_] - $bytes($i)) * 8 / 120.0 / 5e6]
  }
  set long [expr [$tcp(long) set ack_] - $before(long)]
  set cross [expr [$tcp(cross0) set ack_] - $before(cross0)]
  puts [format "%.3f %.3f" [expr $long / double($long + $cross)] [expr $used / $hops]]
  exit 0
}
$ns at 30 begin
$ns at 150 finish
$ns run
