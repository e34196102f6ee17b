# Floyd and Fall's network (IEEE/ACM ToN 1999) in ns-2.35: three SACK flows and UDP over 1.5 Mbit/s with RED.
# ns floyd-fall.tcl UDP_MBITPS MIN_RTO_S TICK_S SEED prints what the three TCP flows carry, Mbit/s of the link, 20 to 120 s.
lassign $argv rate minRto tick seed
set ns [new Simulator]
ns-random $seed
foreach n {s1 s2 r1 r2 s3 s4} { set $n [$ns node] }
$ns duplex-link $s1 $r1 10Mb 2ms DropTail
$ns duplex-link $s2 $r1 10Mb 3ms DropTail
$ns duplex-link $r1 $r2 1.5Mb 20ms RED
$ns duplex-link $r2 $s3 10Mb 4ms DropTail
$ns duplex-link $r2 $s4 10Mb 5ms DropTail
$ns queue-limit $r1 $r2 50
set queue [[$ns link $r1 $r2] queue]
foreach {name value} {
  thresh_ 5 maxthresh_ 15 gentle_ true q_weight_ 0.002 linterm_ 10 bytes_ false queue_in_bytes_ false mean_pktsize_ 1000
} { $queue set $name $value }
Agent/TCP set minrto_ $minRto
Agent/TCP set tcpTick_ $tick
Agent/TCP set packetSize_ 1000
Agent/TCP set window_ 100
set random [new RNG]
$random seed $seed
for {set i 0} {$i < 3} {incr i} {
  set tcp($i) [new Agent/TCP/Sack1]
  set sink [new Agent/TCPSink/Sack1]
  $ns attach-agent $s1 $tcp($i)
  $ns attach-agent $s3 $sink
  $ns connect $tcp($i) $sink
  set ftp [new Application/FTP]
  $ftp attach-agent $tcp($i)
  $ns at [$random uniform 0 2] "$ftp start"
}
set udp [new Agent/UDP]
$udp set packetSize_ 1000
set monitor [new Agent/LossMonitor]
$ns attach-agent $s2 $udp
$ns attach-agent $s4 $monitor
$ns connect $udp $monitor
set cbr [new Application/Traffic/CBR]
$cbr set packetSize_ 1000
$cbr set rate_ ${rate}Mb
$cbr set random_ 1
$cbr attach-agent $udp
$ns at 0.1 "$cbr start"
proc acknowledged {} {
  global tcp
  set sum 0
  for {set i 0} {$i < 3} {incr i} { incr sum [$tcp($i) set ack_] }
  return $sum
}
proc begin {} { global before; set before [acknowledged] }
proc finish {} {
  global before
  puts [format "%.3f" [expr ([acknowledged] - $before) * 1040 * 8 / 100 / 1e6]]
  exit 0
}
$ns at 20 begin
$ns at 120 finish
$ns run
