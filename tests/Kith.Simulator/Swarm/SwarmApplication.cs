using System.Buffers.Binary;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Udp;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>What runs on each node: takes streams and messages, and sends them when it is told to.</summary>
internal sealed class SwarmApplication : ISimApplication, IStackOwner
{
    private const ushort StreamPort = 7000;
    private const ushort MessagePort = 7001;
    private const int MessageBytesMax = 1200;

    private readonly NodeWorld _world;
    private readonly SimNode _node;
    private readonly SwarmMessages _messages;
    private readonly UdpBinding _binding;
    private readonly List<SwarmEnd> _ends = [];
    private readonly HashSet<SwarmEnd> _called = [];
    private bool _hasMessages;

    public SwarmApplication(NodeWorld world, SimMachine machine, SimNode node, SwarmStreams streams, SwarmMessages messages)
    {
        _world = world;
        _node = node;
        _messages = messages;
        Machine = machine;
        Streams = streams;
        node.Core.Listen(StreamPort, this);
        _binding = node.Core.BindUdp(MessagePort, this);
    }

    /// <summary>Where it runs.</summary>
    public SimMachine Machine { get; }

    /// <summary>All streams of the world.</summary>
    public SwarmStreams Streams { get; }

    /// <inheritdoc/>
    public bool HasWork => _called.Count > 0 || _hasMessages;

    /// <inheritdoc/>
    public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
    {
        if (stackEvent.Kind == StackEventKind.Accepted)
        {
            SwarmServerEnd end = new(this) { Connection = stackEvent.Connection };
            stackEvent.Connection!.Tag = end;
            _ends.Add(end);
            Call(end);
        }
        else if (stackEvent.Kind == StackEventKind.Datagram)
        {
            _hasMessages = true;
        }
    }

    /// <inheritdoc/>
    public void Work(ClockReading now)
    {
        SwarmEnd[] called = [.. _called];
        _called.Clear();
        foreach (SwarmEnd end in called)
        {
            end.Work(now);
        }

        if (_hasMessages)
        {
            _hasMessages = false;
            TakeMessages();
        }
    }

    /// <summary>An end has something to do.</summary>
    public void Call(SwarmEnd end) => _called.Add(end);

    /// <summary>An end has something to do after a while.</summary>
    public void CallLater(SwarmEnd end, TimeSpan after, Action first) => _world.Simulation.Plan(after, () =>
    {
        if (Machine.Host != _node)
        {
            return;
        }

        if (!Machine.IsRunning)
        {
            CallLater(end, after, first);
            return;
        }

        _world.Do(Machine, (_, _) =>
        {
            first();
            Call(end);
        });
    });

    /// <summary>Opens a stream; false if that is no member's address yet or any more.</summary>
    public bool TryOpen(ClockReading now, SwarmStream stream)
    {
        SwarmClientEnd end = new(this, stream);
        try
        {
            end.Connection = _node.Core.Connect(now, new InternetEndpoint(VirtualAddress.ForV6(_world.Home, _world.Id(stream.Server)), StreamPort), end);
        }
        catch (NodeCoreException)
        {
            return false;
        }

        _ends.Add(end);
        Call(end);
        return true;
    }

    /// <summary>Sends a message with a number.</summary>
    public void SendMessage(int number, SimMachine to, int length)
    {
        if (_world.Log(Machine) is null)
        {
            return;
        }

        byte[] message = new byte[length];
        SwarmContent.Fill(number, 0, message);
        BinaryPrimitives.WriteInt32BigEndian(message, number);
        _binding.SendTo(new InternetEndpoint(VirtualAddress.ForV6(_world.Home, _world.Id(to)), MessagePort), message, VirtualAddress.ForV6(_world.Home, _world.Id(Machine)));
        _node.Core.HandleApplications(_world.Simulation.Now(Machine));
    }

    /// <summary>The node ends.</summary>
    public void End() => _ends.ForEach(end => end.Gone());

    private void TakeMessages()
    {
        Span<byte> buffer = stackalloc byte[MessageBytesMax];
        while (_binding.TryReceive(buffer, out int length, out InternetEndpoint remote, out _))
        {
            SimFailure.Unless(length >= 4, $"{Machine} got a message of {length} bytes");
            int number = BinaryPrimitives.ReadInt32BigEndian(buffer);
            SimFailure.Unless(SwarmContent.IsAt(number, 4, buffer[4..length]), $"{Machine} got message {number} with other bytes than were sent");
            NodeId? from = _node.Core.TryFindMember(remote.Address, out ApplicationPlace place) ? place.Member.Id : null;
            _messages.Came(number, Machine, from);
        }
    }
}
