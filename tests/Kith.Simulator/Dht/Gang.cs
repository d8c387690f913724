using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Dht;

/// <summary>Hostile nodes that know each other, and what one of them has told of another.</summary>
internal sealed class Gang(SeededRandom random)
{
    private readonly Dictionary<(InternetEndpoint Victim, InternetEndpoint Member), DhtId> _told = [];

    /// <summary>Its chance.</summary>
    public SeededRandom Random { get; } = random;

    /// <summary>The members, with the ids they go by when nobody is lied to.</summary>
    public List<DhtContact> Members { get; } = [];

    /// <summary>The members nearest to a target, under their own ids.</summary>
    public DhtContact[] Nearest(DhtId target, int count) => [.. Members.OrderBy(member => member.Id.DistanceTo(target)).Take(count)];

    /// <summary>Members under ids that are all but the target; the victim will be answered under them.</summary>
    public DhtContact[] Pretend(InternetEndpoint victim, DhtId target, int count)
    {
        DhtContact[] pretended = new DhtContact[count];
        for (int i = 0; i < count; i++)
        {
            DhtContact member = Members[Random.NextBelow(Members.Count)];
            DhtId id = Beside(target, 32);
            _told[(victim, member.Endpoint)] = id;
            pretended[i] = member with { Id = id };
        }

        return pretended;
    }

    /// <summary>Nodes that are not there: addresses drawn until an id that fits them lies near the target, as far as an address can be found quickly.</summary>
    public DhtContact[] Invent(DhtId target, int count)
    {
        DhtContact[] invented = new DhtContact[count];
        for (int i = 0; i < count; i++)
        {
            DhtContact best = default;
            for (int attempt = 0; attempt < 64; attempt++)
            {
                InternetAddress address = InternetAddress.FromV4((uint)((11 + Random.NextBelow(80)) << 24) | (Random.NextUInt32() >> 8));
                DhtContact contact = new(NodeIdRule.Make(address, Random), new InternetEndpoint(address, 6881));
                best = attempt == 0 || contact.Id.DistanceTo(target).CompareTo(best.Id.DistanceTo(target)) < 0 ? contact : best;
            }

            invented[i] = best;
        }

        return invented;
    }

    /// <summary>The id that a member goes by with somebody.</summary>
    public DhtId IdFor(InternetEndpoint victim, in DhtContact member) => _told.TryGetValue((victim, member.Endpoint), out DhtId id) ? id : member.Id;

    private DhtId Beside(DhtId target, int bits)
    {
        Span<byte> id = stackalloc byte[DhtId.Length];
        target.WriteTo(id);
        Random.Fill(id[^(bits / 8)..]);
        return new DhtId(id);
    }
}
