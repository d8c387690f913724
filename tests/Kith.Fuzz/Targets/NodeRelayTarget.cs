using Kith.Fuzz.Coverage;
using Kith.Fuzz.Memory;
using Kith.Protocol.Core;
using Kith.Protocol.Paths;
using Kith.Protocol.Relay;
using Kith.Protocol.Tunnel;
using Kith.Protocol.Wire;

namespace Kith.Fuzz.Targets;

/// <summary>
/// The input is a relay frame that a hostile member sends to a whole node which relays, and the same one to a node it is for. Whatever it is, at most one datagram
/// goes on for it, never back to whom it came from, and no path comes of it that leads to another than it names. What was passed on counts as accepted.
/// </summary>
[Covers(typeof(Protocol.Core.NodeCore))]
internal sealed class NodeRelayTarget : IFuzzTarget
{
    private const int InputsPerTrio = 20_000;

    private readonly byte[] _buffer = new byte[NodeCore.TransmitBufferBytes];
    private readonly GuardedMemory _frame = new(2048);
    private NodeTrio _trio = new();
    private int _turn;

    public string Name => "node-relay";

    public int InputBytesMax => 1500;

    public bool AcceptsCorpus => false;

    public IEnumerable<byte[]> Corpus => [.. _trio.Frames];

    public void Prepare()
    {
        if (++_turn % InputsPerTrio == 0)
        {
            // Sessions live for three minutes, and so do the numbers in the samples.
            _trio.Dispose();
            _trio = new NodeTrio();
        }
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty || input[0] != 0x13)
        {
            return false;
        }

        bool passedOn = GiveToRelay(input);
        GiveToDestination(input);
        return passedOn;
    }

    private bool GiveToRelay(ReadOnlySpan<byte> input)
    {
        Drain(0, default);
        (PeerLink link, TransportSession session) = _trio.SessionOf(0, 1);
        _trio.Nodes[0].HandlePlaintext(_trio.Now, link, session, _trio.Endpoints[1], _frame.AtEnd(input));
        int length = input.Length + TransportHeader.OverheadBytes;
        (int count, bool isBack) = Drain(0, _trio.Endpoints[1], length);
        bool isForwardable = RelayFrame.TryDecode(input, out RelayFrame relay) && relay.HopsLeft > 0 && relay.Source == _trio.Nodes[1].Id.ShortId && relay.Destination == _trio.Nodes[2].Id.ShortId;
        Oracle.True(count <= 1 && !isBack, "a frame went on twice or back");
        Oracle.True(isForwardable || count == 0, "a frame went on that may not");
        return count == 1;
    }

    private void GiveToDestination(ReadOnlySpan<byte> input)
    {
        (PeerLink link, TransportSession session) = _trio.SessionOf(2, 0);
        _trio.Nodes[2].HandlePlaintext(_trio.Now, link, session, _trio.Endpoints[0], _frame.AtEnd(input));
        Drain(2, default);
        TunnelSnapshot snapshot = _trio.Nodes[2].BuildSnapshot();
        foreach (RelayMember member in snapshot.Relays.Members.Values)
        {
            Oracle.True(member.Link.Via is not { } hop || snapshot.Relays.Members[hop.Destination] == member, "a way to a member leads to another");
            Oracle.True(member.Link.Endpoint is not { } endpoint || !PathAddress.IsSpecial(endpoint), "the packet path was shown an address that is none");
        }
    }

    private (int Count, bool IsBack) Drain(int node, InternetEndpoint back, int length = -1)
    {
        int count = 0;
        bool isBack = false;
        while (_trio.Nodes[node].TryGetTransmit(_trio.Now, _buffer, out NodeTransmit transmit))
        {
            if (transmit.Kind == NodeTransmitKind.Datagram && transmit.Length == length)
            {
                count++;
                isBack |= transmit.Endpoint == back;
            }
        }

        while (_trio.Nodes[node].TryGetEvent(out _))
        {
        }

        return (count, isBack);
    }
}
