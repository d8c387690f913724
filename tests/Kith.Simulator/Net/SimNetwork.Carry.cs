using Kith.Protocol.Wire;

namespace Kith.Simulator.Net;

/// <content>
/// A datagram's way. What is on the sender's side of the Internet, translators included, is passed when it is sent; what is on the other side when it arrives. So two
/// nodes that send at the same time open their translators for each other as real ones do.
/// </content>
internal sealed partial class SimNetwork
{
    private const int HeaderBytes = 16;

    /// <summary>Sends to one endpoint, from a port or, where the endpoint names one, from an extra socket.</summary>
    public void Send(SimMachine from, ushort sourcePort, InternetEndpoint destination, ReadOnlySpan<byte> bytes, byte timeToLive = 0, bool dontFragment = false)
    {
        Sent++;
        SentBytes += bytes.Length;
        bool isLinkLocal = destination.Address.IsLinkLocalV6;
        if (!isLinkLocal && destination.Scope != 0)
        {
            sourcePort = from.PortOf(destination.Scope, random);
            destination = destination with { Scope = 0 };
        }

        if (FindInterface(from, destination) is not { } attached)
        {
            simulation.Trace.Add(simulation.Clock.Elapsed, $"{from} -x {destination}: no way");
            simulation.Diagram?.Lost(simulation.Clock.Elapsed, from, null, simulation.Diagram.Describe(from, sourcePort, bytes), $"no way to {destination}");
            return;
        }

        InternetAddress address = isLinkLocal ? attached.LinkLocal : destination.Address.IsV4 ? attached.V4 : attached.V6;
        SimDatagram datagram = new(from, new InternetEndpoint(address, sourcePort), destination, bytes.ToArray())
        {
            TimeToLive = timeToLive == 0 ? SimDatagram.DefaultTimeToLive : timeToLive,
            DontFragment = dontFragment,
            Number = Sent,
            Label = simulation.Diagram?.Describe(from, sourcePort, bytes),
        };
        Watch?.Invoke(from, destination, bytes);
        GoOut(datagram, attached.Segment);
    }

    /// <summary>Sends to everyone else on each of the machine's segments, over both families.</summary>
    public void SendMulticast(SimMachine from, ReadOnlySpan<byte> bytes)
    {
        foreach (SimInterface source in from.Interfaces.Where(attached => attached.Segment.HasMulticast))
        {
            Sent += 2;
            SentBytes += 2 * bytes.Length;
            foreach (SimInterface target in source.Segment.Interfaces.Where(target => target.Machine != from).ToArray())
            {
                InternetEndpoint everyone = new(target.LinkLocal, SimMachine.MulticastPort);
                string? label = simulation.Diagram?.Describe(from, SimMachine.MulticastPort, bytes);
                if (source.Segment.HasV4)
                {
                    Carry(new SimDatagram(from, new InternetEndpoint(source.V4, SimMachine.MulticastPort), everyone, bytes.ToArray()) { Label = label }, source.Segment.Conditions, target, null);
                }

                Carry(new SimDatagram(from, new InternetEndpoint(source.LinkLocal, SimMachine.MulticastPort), everyone, bytes.ToArray()) { Label = label }, source.Segment.Conditions, target, null);
            }
        }
    }

    // The interface whose segment the destination is on, else the first that leads further.
    private static SimInterface? FindInterface(SimMachine from, InternetEndpoint destination)
    {
        if (destination.Address.IsLinkLocalV6)
        {
            return from.Interfaces.Find(attached => attached.Scope == destination.Scope && attached.Segment.Interfaces.Exists(other => other.LinkLocal == destination.Address));
        }

        return from.Interfaces.Find(attached => attached.Has(destination.Address) && (attached.Segment.TryFind(destination.Address, out _, out SimNat? translator) || translator is not null))
            ?? from.Interfaces.Find(attached => attached.Has(destination.Address) && (attached.Segment.IsRouted || attached.Segment.Gateway is not null));
    }

    private void GoOut(SimDatagram datagram, SimSegment segment)
    {
        LinkConditions? line = null;
        while (true)
        {
            if (segment.TryFind(datagram.Destination.Address, out SimInterface? target, out SimNat? translator) || translator is not null)
            {
                // In the same segment, or in the same provider's.
                Carry(datagram, segment.Conditions.Then(line).Then(translator?.Inside.Line), target, translator);
                return;
            }

            line = segment.Line ?? line;
            if (segment.Gateway is not { } gateway)
            {
                break;
            }

            if (gateway.PassOut(datagram) is { } reason)
            {
                Drop(datagram, $"{reason} at {gateway}");
                return;
            }

            if (datagram.Destination.Address == gateway.OutsideV4)
            {
                Hairpin(datagram, gateway);
                return;
            }

            segment = gateway.Outside;
        }

        CrossInternet(datagram, segment, line);
    }

    private void CrossInternet(SimDatagram datagram, SimSegment from, LinkConditions? line)
    {
        SimInterface? target = null;
        SimNat? translator = null;
        if (!from.IsRouted || !_segments.Exists(segment => segment.IsRouted && (segment.TryFind(datagram.Destination.Address, out target, out translator) || translator is not null)))
        {
            Drop(datagram, "no way");
        }
        else if (!datagram.TryPassRouters(InternetRouters))
        {
            Drop(datagram, "died of age");
        }
        else
        {
            Carry(datagram, Internet.Then(line).Then(target is null ? translator!.Inside.Line : target.Segment.Line), target, translator);
        }
    }

    private void Hairpin(SimDatagram datagram, SimNat gateway)
    {
        if (gateway.Behaviour.Hairpins)
        {
            Carry(datagram, gateway.Inside.Conditions, null, gateway);
        }
        else
        {
            Drop(datagram, $"no hairpin at {gateway}");
        }
    }

    private void Carry(SimDatagram datagram, LinkConditions conditions, SimInterface? target, SimNat? translator)
    {
        conditions = Weather is { } weather ? conditions.Then(weather.Between(datagram.Sender, target?.Machine)) : conditions;

        // Drawn in this order whatever happens, so that a blocked link does not change what becomes of the datagrams after it.
        bool lost = random.Happens(conditions.LossShare);
        bool twice = random.Happens(conditions.DuplicateShare);
        TimeSpan delay = conditions.Delay + random.NextSpan(conditions.Jitter) + (random.Happens(conditions.ReorderShare) ? random.NextSpan(conditions.ReorderDelay) : TimeSpan.Zero);
        bool isCorrupt = random.Happens(conditions.CorruptShare);
        delay += Weather?.HeldFor(datagram.Sender, target?.Machine) ?? TimeSpan.Zero;
        bool isTooLarge = datagram.PacketBytes > conditions.MtuBytes && (datagram.DontFragment || !conditions.PassesFragments);
        bool isBlocked = target is not null && !IsOpen(datagram.Sender, target.Machine);
        if (lost || isTooLarge || isBlocked)
        {
            Drop(datagram, lost ? "lost" : isTooLarge ? "too large" : $"blocked from {target!.Machine}", target?.Machine);
            return;
        }

        simulation.Trace.Add(simulation.Clock.Elapsed, $"{datagram.Sender} -> {target?.Machine.Name ?? $"{translator} {datagram.Destination}"} {Describe(datagram)}", datagram.Bytes);
        SimDatagram? copy = twice ? datagram.Clone() : null;
        if (isCorrupt)
        {
            Corrupt(datagram);
        }

        Deliver(delay, datagram, target, translator);
        if (copy is not null)
        {
            copy.Label = copy.Label is null ? null : $"{copy.Label} again";
            Deliver(delay + random.NextSpan(conditions.ReorderDelay), copy, target, translator);
        }
    }

    // A few bits, mostly where the header is; now and then the end is missing.
    private void Corrupt(SimDatagram datagram)
    {
        byte[] bytes = [.. datagram.Bytes];
        for (int changes = 1 + random.NextBelow(3); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes[random.NextBelow(random.Happens(0.5) ? Math.Min(HeaderBytes, bytes.Length) : bytes.Length)] ^= (byte)(1 << random.NextBelow(8));
        }

        datagram.Bytes = random.Happens(0.2) ? bytes[..random.NextBelow(bytes.Length + 1)] : bytes;
        datagram.Label = datagram.Label is null ? null : $"{datagram.Label} corrupt";
    }

    private void Deliver(TimeSpan delay, SimDatagram datagram, SimInterface? target, SimNat? translator)
    {
        Instant sent = simulation.Clock.Now;
        Carried++;
        if (datagram.Destination.Port == SimMachine.DataPort)
        {
            Tap?.Invoke(datagram.Sender, [.. datagram.Bytes]);
        }

        simulation.Plan(delay, () =>
        {
            if (target is not null)
            {
                Arrive(datagram, target, sent);
            }
            else
            {
                GoIn(datagram, translator!, sent);
            }
        });
    }

    private void GoIn(SimDatagram datagram, SimNat translator, Instant sent)
    {
        while (true)
        {
            if (translator.PassIn(datagram) is { } reason)
            {
                Drop(datagram, $"{reason} at {translator}");
                return;
            }

            if (translator.Inside.TryFind(datagram.Destination.Address, out SimInterface? target, out SimNat? next))
            {
                if (IsOpen(datagram.Sender, target!.Machine))
                {
                    Arrive(datagram, target, sent);
                }
                else
                {
                    Drop(datagram, $"blocked from {target.Machine}", target.Machine);
                }

                return;
            }

            if (next is null)
            {
                Drop(datagram, $"nobody there behind {translator}");
                return;
            }

            translator = next;
        }
    }

    private void Arrive(SimDatagram datagram, SimInterface target, Instant sent)
    {
        // Unplugged or moved while the datagram was on its way: then nobody is there to take it.
        if (target.Machine.Interfaces.Contains(target))
        {
            simulation.Diagram?.Arrived(simulation.Clock.Elapsed, datagram, target.Machine, simulation.Clock.Now - sent);
            Arrived?.Invoke(target.Machine, datagram.Bytes);
            simulation.Arrive(target.Machine, datagram.Source.Address.IsLinkLocalV6 ? datagram.Source with { Scope = target.Scope } : datagram.Source, datagram.Destination.Port, datagram.Bytes);
        }
    }

    private void Drop(SimDatagram datagram, string why, SimMachine? target = null)
    {
        simulation.Trace.Add(simulation.Clock.Elapsed, $"{datagram.Sender} {datagram.Source} -x {datagram.Destination} {Describe(datagram)}: {why}", datagram.Bytes);
        simulation.Diagram?.Lost(simulation.Clock.Elapsed, datagram.Sender, target, datagram.Label, why);
    }

    private static string Describe(SimDatagram datagram) => SimPackets.Describe(datagram.Destination.Port, datagram.Bytes);
}
