// DCTCP over CoDel with a CE threshold in ns-3: 1 Gbit/s, 50 Mbit/s, RTT 10 ms, threshold 1 ms, one flow from 5 s to 40 s.
// Prints the mean of alpha after 7 s, the part of the packets that CoDel marked, and the rate in Mbit/s.
//   sh build.sh OUT dctcp-alpha && OUT --acked=2 --device=1p
#include "ns3/applications-module.h"
#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"

#include <iostream>

using namespace ns3;

static const double FROM = 7;
static const double UNTIL = 40;

struct Totals
{
    double marked;
    double dequeued;
    double received;
};

static double g_alphaSum = 0;
static int g_windows = 0;
static QueueDiscContainer g_queue;
static Ptr<PacketSink> g_sink;
static Totals g_before;

static Totals
Count()
{
    auto stats = g_queue.Get(0)->GetStats();
    return {double(stats.nTotalMarkedPackets), double(stats.nTotalDequeuedPackets), double(g_sink->GetTotalRx())};
}

static void
OnWindow(uint32_t, uint32_t, double alpha)
{
    if (Simulator::Now() < Seconds(FROM))
    {
        return;
    }
    g_alphaSum += alpha;
    g_windows++;
}

static void
Watch(Ptr<BulkSendApplication> app)
{
    PointerValue ops;
    app->GetSocket()->GetAttribute("CongestionOps", ops);
    ops.Get<TcpDctcp>()->TraceConnectWithoutContext("CongestionEstimate", MakeCallback(&OnWindow));
}

int
main(int argc, char** argv)
{
    uint32_t acked = 2;
    std::string device = "1p";
    CommandLine command;
    command.AddValue("acked", "segments to an ACK", acked);
    command.AddValue("device", "queue of the device behind CoDel", device);
    command.Parse(argc, argv);

    Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TcpDctcp::GetTypeId()));
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
    Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(acked));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(8192000));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(8192000));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    Config::SetDefault("ns3::CoDelQueueDisc::UseEcn", BooleanValue(true));
    Config::SetDefault("ns3::CoDelQueueDisc::CeThreshold", TimeValue(MilliSeconds(1)));

    NodeContainer nodes;
    nodes.Create(4);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
    link.SetChannelAttribute("Delay", StringValue("4.998ms"));
    auto server = link.Install(nodes.Get(0), nodes.Get(1));
    link.SetChannelAttribute("Delay", StringValue("1us"));
    auto client = link.Install(nodes.Get(2), nodes.Get(3));
    link.SetDeviceAttribute("DataRate", StringValue("50Mbps"));
    link.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue(device));
    auto bottleneck = link.Install(nodes.Get(1), nodes.Get(2));
    InternetStackHelper().Install(nodes);
    TrafficControlHelper discipline;
    discipline.SetRootQueueDisc("ns3::CoDelQueueDisc");
    g_queue = discipline.Install(bottleneck.Get(0));
    Ipv4AddressHelper addresses;
    addresses.SetBase("10.0.1.0", "255.255.255.0");
    addresses.Assign(server);
    addresses.SetBase("10.0.2.0", "255.255.255.0");
    addresses.Assign(bottleneck);
    addresses.SetBase("10.0.3.0", "255.255.255.0");
    auto remote = addresses.Assign(client).GetAddress(1);
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();

    BulkSendHelper source("ns3::TcpSocketFactory", InetSocketAddress(remote, 5000));
    source.SetAttribute("MaxBytes", UintegerValue(0));
    auto apps = source.Install(nodes.Get(0));
    apps.Start(Seconds(5));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5000));
    g_sink = DynamicCast<PacketSink>(sink.Install(nodes.Get(3)).Get(0));

    Simulator::Schedule(Seconds(5.001), &Watch, DynamicCast<BulkSendApplication>(apps.Get(0)));
    Simulator::Schedule(Seconds(FROM), +[]() { g_before = Count(); });
    Simulator::Stop(Seconds(UNTIL));
    Simulator::Run();
    Totals after = Count();
    std::cout << "alpha " << g_alphaSum / g_windows << ", marked " << (after.marked - g_before.marked) / (after.dequeued - g_before.dequeued)
              << ", rate " << (after.received - g_before.received) * 8 / (UNTIL - FROM) / 1e6 << "\n";
    return 0;
}
