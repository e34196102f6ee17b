# Traffic phase effects (Floyd and Jacobson 1992) in ns-2.35: two Tahoe flows over 0.8 Mbit/s and 100 ms with 15 packets of drop-tail.
# ns phase-effects.tcl ACCESS_MS OVERHEAD_S SEED prints the share of the second flow, 20 to 100 s. Each packet is delayed at its sender
# by a time uniform in 0 .. OVERHEAD_S (Agent/TCP overhead_); flows start within 2 s at random.
lassign $argv access overhead seed
set ns [new Simulator]
ns-random $seed
set random [new RNG]
$random seed $seed
foreach n {s1 s2 left right} { set $n [$ns node] }
$ns duplex-link $s1 $left 8Mb 5ms DropTail
$ns duplex-link $s2 $left 8Mb ${access}ms DropTail
$ns duplex-link $left $right 0.8Mb 100ms DropTail
$ns queue-limit $left $right 15
Agent/TCP set packetSize_ 960
Agent/TCP set window_ 33
Agent/TCP set minrto_ 1
Agent/TCP set tcpTick_ 0.1
Agent/TCP set overhead_ $overhead
foreach {i from} [list 1 $s1 2 $s2] {
  set tcp($i) [new Agent/TCP]
  set sink [new Agent/TCPSink]
  $ns attach-agent $from $tcp($i)
  $ns attach-agent $right $sink
  $ns connect $tcp($i) $sink
  set ftp [new Application/FTP]
  $ftp attach-agent $tcp($i)
  $ns at [$random uniform 0 2] "$ftp start"
}
proc begin {} { global tcp before; foreach i {1 2} { set before($i) [$tcp($i) set ack_] } }
proc finish {} {
  global tcp before
  foreach i {1 2} { set got($i) [expr [$tcp($i) set ack_] - $before($i)] }
  puts [format "%.3f" [expr $got(2) / double($got(1) + $got(2))]]
  exit 0
}
$ns at 20 begin
$ns at 100 finish
$ns run
