namespace Kith.Mutants.Bugs;

/// <summary>The tunnel: replays, counters, cookies, timers, whose packets they are.</summary>
internal static class TunnelBugs
{
    public static readonly PlantedBug[] All =
    [
        new(
            "window-word-not-cleared",
            "The replay window keeps old bits when it slides: honest packets are taken for replays, and vanish",
            "src/Kith.Protocol/Tunnel/ReplayWindow.cs", "i <= advance", "i < advance",
            "ReplayWindowTests.decides_as_a_naive_model_does"),
        new(
            "window-one-too-wide",
            "The replay window takes one counter that has left it, whose bit may stand for another by now",
            "src/Kith.Protocol/Tunnel/ReplayWindow.cs", "_highest - counter >= Size", "_highest - counter > Size",
            "ReplayWindowTests.oldest_tolerated_counter_is_accepted_and_the_one_before_is_not"),
        new(
            "replay-not-remembered",
            "Whoever recorded a packet can send it again as often as he likes",
            "src/Kith.Protocol/Tunnel/ReplayWindow.cs", "slot |= bit;", "slot |= 0;",
            "TunnelHandshakeTests.replayed_response_and_packet_are_ignored"),
        new(
            "counter-taken-twice",
            "Two packets are sealed under one nonce: whoever hears both can read and forge",
            "src/Kith.Protocol/Tunnel/TransportSession.cs", "Interlocked.Add(ref _nextCounter, count) - count", "Interlocked.Add(ref _nextCounter, Math.Max(1, count - 1)) - Math.Max(1, count - 1)",
            "TransportSessionTests.no_counter_is_given_out_twice_whatever_is_taken_at_once") { Gap = "no test took counters in batches of different sizes one after the other" },
        new(
            "mac1-not-checked",
            "Strangers who do not know a node's key get an answer out of it, and make it work",
            "src/Kith.Protocol/Tunnel/TunnelMachine.Handshakes.cs", "!_cookies.CheckMac1(datagram)", "false",
            "TunnelCookieTests.message_without_mac1_is_silence_even_under_load") { Near = "private bool Admit(Instant now" },
        new(
            "cookie-for-every-address",
            "One cookie, got at one address, serves a flood from forged ones",
            "src/Kith.Protocol/Tunnel/CookieChecker.cs", "source.Address.WriteMappedTo(bytes);", "bytes.Clear();",
            "TunnelCookieTests.cookie_of_another_address_is_worth_nothing", "TunnelVectorTests.handshake_cookie_and_packet_are_as_documented") { Gap = "only the vectors noticed; the test of the rule changed the port and never the address" },
        new(
            "handshake-time-forgotten-at-start",
            "After a restart with the clock set back nobody answers this node's handshakes",
            "src/Kith.Protocol/Tunnel/HandshakeClock.cs", "Math.Max(0, ceilingMilliseconds)", "0",
            "HandshakeClockTests.timestamps_grow_across_a_restart_with_the_clock_set_back_ten_years"),
        new(
            "keepalive-never-sent",
            "Whoever only receives is taken for dead, and the connection is made anew again and again",
            "src/Kith.Protocol/Tunnel/TunnelMachine.Timers.cs", "now >= PassiveKeepaliveDeadline(peer)", "false",
            "TunnelTimerTests.received_data_is_acknowledged_by_a_keepalive_after_ten_seconds"),
        new(
            "removed-peer-keeps-its-session",
            "A removed device goes on talking to everybody on the sessions that it has",
            "src/Kith.Protocol/Tunnel/TunnelMachine.cs", "RetireAll(peer);", "_ = peer;",
            "TunnelHandshakeTests.removed_peer_loses_everything_at_once"),
        new(
            "anybodys-source-address",
            "One member sends packets in another's name",
            "src/Kith.Tunnel/Threads/PacketDelivery.cs", "!ReferenceEquals(route.Link, link)", "false",
            "SocketTests.a_peer_does_not_speak_in_another_ones_name") { Gap = "packets came from addresses of nobody, never from another member's" },
        new(
            "anybodys-source-address-in-the-core",
            "One member speaks to the services of a node without a TUN device in another's name",
            "src/Kith.Protocol/Core/NodeCore.Receive.cs", "route.Peer == peer && route.Local == to", "route.Local == to",
            "NodeCorePacketTests.a_member_does_not_speak_in_another_ones_name") { Gap = "as above, in the core" },
    ];
}
