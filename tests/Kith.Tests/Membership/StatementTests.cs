using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

public class StatementTests
{
    private static readonly NodeKey Key = NodeKey.Generate(new SeededRandom(1));
    private static readonly Bytes32 Some = new(Enumerable.Range(7, 32).Select(static i => (byte)i).ToArray());
    private static readonly Bytes32 Other = new(Enumerable.Range(9, 32).Select(static i => (byte)i).ToArray());

    public static TheoryData<StatementBody> Bodies() =>
    [
        new GenesisBody(Some, TestNetwork.Prefix, "home", "laptop"),
        new InviteBody(Key.Id, MemberRole.Admin, 3, 1_800_000_000_000),
        JoinBody.Sign(Key, default, Key.Id, "pi"),
        new AdmitBody(Key.Id, "pi", MemberRole.Member, Some),
        new RoleBody(Key.Id, MemberRole.Admin),
        new RenameBody(Key.Id, "a-b"),
        new RevokeBody(false, Key.Id, 77),
        new RevokeBody(true, Key.Id, 0),
        SecretSealing.Seal(default, 2, [Key.Id, new NodeId(NodeKey.Generate(new SeededRandom(2)).Id.Value)], new SeededRandom(3), out _),
        new UnknownBody((BodyType)200, new byte[] { 1, 2, 3 }),
        new UnknownBody((BodyType)9, default),
    ];

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void a_statement_is_read_as_it_was_written(StatementBody body)
    {
        Assert.True(body.IsWellFormed);
        bool isGenesis = body.Type == BodyType.Genesis;
        Statement written = isGenesis
            ? Statement.Sign(default, Key, 1, default, [], new HybridTime(99), body)
            : Statement.Sign(new NetworkId(Some), Key, 5, Other, [Some], new HybridTime(99), body);
        Assert.True(Statement.TryDecode(written.Encoded.Span, out Statement? read));
        Assert.Equal(body, read.Body);
        Assert.Equal(written.Hash, read.Hash);
        Assert.Equal(Key.Id, read.Author);
        Assert.True(read.IsSigned());
        Assert.Equal(isGenesis ? new NetworkId(read.Hash) : new NetworkId(Some), read.Network);
        Assert.Equal(written.Encoded.ToArray(), read.Encoded.ToArray());
    }

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public void no_changed_byte_and_no_cut_passes(StatementBody body)
    {
        byte[] sound = (body.Type == BodyType.Genesis
            ? Statement.Sign(default, Key, 1, default, [], new HybridTime(99), body)
            : Statement.Sign(new NetworkId(Some), Key, 5, Other, [Some], new HybridTime(99), body)).Encoded.ToArray();
        for (int i = 0; i < sound.Length; i++)
        {
            byte[] changed = (byte[])sound.Clone();
            changed[i] ^= 0x10;
            Assert.False(Statement.TryDecode(changed, out Statement? statement) && statement.IsSigned(), $"byte {i}");
            Assert.False(Statement.TryDecode(sound.AsSpan(0, i), out _), $"cut at {i}");
        }

        Assert.False(Statement.TryDecode([.. sound, 0], out _));
    }

    [Fact]
    public void a_place_in_the_chain_that_makes_no_sense_is_refused()
    {
        RenameBody body = new(Key.Id, "x");
        NetworkId network = new(Some);
        Refused(() => Statement.Sign(network, Key, 0, default, [Some], default, body));
        Refused(() => Statement.Sign(network, Key, 1, Some, [Other], default, body));
        Refused(() => Statement.Sign(network, Key, 2, default, [Some], default, body));
        Refused(() => Statement.Sign(network, Key, 1, default, [], default, body));
        Refused(() => Statement.Sign(network, Key, 2, Some, [Some], default, body));
        Refused(() => Statement.Sign(network, Key, 2, Some, [Other, Other], default, body));
        Refused(() => Statement.Sign(network, Key, 2, Some, [default], default, body));
        Refused(() => Statement.Sign(network, Key, MembershipLimits.StatementsPerAuthorMax + 1, Some, [], default, body));
        Refused(() => Statement.Sign(default, Key, 2, Some, [], default, body));
        Refused(() => Statement.Sign(network, Key, 1, default, [], default, new GenesisBody(Some, TestNetwork.Prefix, "home", "a")));
        Refused(() => Statement.Sign(default, Key, 1, default, [Some], default, new GenesisBody(Some, TestNetwork.Prefix, "home", "a")));
    }

    [Fact]
    public void bodies_that_break_their_rules_are_not_well_formed()
    {
        Assert.False(new GenesisBody(Some, 0x0A00_0000, "home", "a").IsWellFormed);
        Assert.False(new GenesisBody(Some, TestNetwork.Prefix + 1, "home", "a").IsWellFormed);
        Assert.False(new GenesisBody(Some, TestNetwork.Prefix, "Home", "a").IsWellFormed);
        Assert.False(new InviteBody(Key.Id, MemberRole.Member, 0, 1).IsWellFormed);
        Assert.False(new InviteBody(Key.Id, (MemberRole)3, 1, 1).IsWellFormed);
        Assert.False(new RevokeBody(true, Key.Id, 1).IsWellFormed);
        Assert.False(new RenameBody(Key.Id, string.Empty).IsWellFormed);
        Assert.False(new NewSecretBody(0, Some, Some, default).IsWellFormed);
        Assert.False(new NewSecretBody(1, Some, Some, new byte[NewSecretBody.ShareBytes * 2]).IsWellFormed);
        Assert.False(new UnknownBody(BodyType.None, default).IsWellFormed);
    }

    [Fact]
    public void named_maxima_are_reached_and_not_passed()
    {
        Bytes32[] parents = [.. Enumerable.Range(0, MembershipLimits.ParentsMax + 1).Select(static i => Numbered(i + 1))];
        RenameBody body = new(Key.Id, "x");
        Statement most = Statement.Sign(new NetworkId(Some), Key, 2, Other, parents.Take(MembershipLimits.ParentsMax), default, body);
        Assert.Equal(MembershipLimits.ParentsMax, most.Parents.Count);
        Refused(() => Statement.Sign(new NetworkId(Some), Key, 2, Other, parents, default, body));

        int room = MembershipLimits.StatementBytesMax - (Statement.Sign(new NetworkId(Some), Key, 2, Other, [], default, new UnknownBody((BodyType)99, default)).Encoded.Length);
        Assert.Equal(MembershipLimits.StatementBytesMax, Statement.Sign(new NetworkId(Some), Key, 2, Other, [], default, new UnknownBody((BodyType)99, new byte[room])).Encoded.Length);
        Refused(() => Statement.Sign(new NetworkId(Some), Key, 2, Other, [], default, new UnknownBody((BodyType)99, new byte[room + 1])));

        NewSecretBody secret = new(1, Some, Some, SharesFor(MembershipLimits.MembersMax));
        Assert.Equal(MembershipLimits.MembersMax, ((NewSecretBody)Statement.Sign(new NetworkId(Some), Key, 2, Other, parents.Take(64), default, secret).Body).ShareCount);
        Assert.False(new NewSecretBody(1, Some, Some, SharesFor(MembershipLimits.MembersMax + 1)).IsWellFormed);
    }

    [Fact]
    public void time_follows_what_was_seen_but_not_a_clock_that_is_years_ahead()
    {
        long now = 1_800_000_000_000;
        Assert.Equal(HybridTime.FromMilliseconds(now), HybridTime.Next(HybridTime.FromMilliseconds(now - 5), now));
        Assert.Equal(new HybridTime(HybridTime.FromMilliseconds(now + 500).Value + 1), HybridTime.Next(HybridTime.FromMilliseconds(now + 500), now));
        Assert.Equal(HybridTime.FromMilliseconds(now), HybridTime.Next(HybridTime.FromMilliseconds(now + MembershipLimits.ClockDriftMaxMilliseconds), now));
        Assert.Equal(HybridTime.FromMilliseconds(now), HybridTime.Next(new HybridTime(ulong.MaxValue), now));
        Assert.Equal(default, HybridTime.FromMilliseconds(-1));
        Assert.Equal((1L << 48) - 1, HybridTime.FromMilliseconds(long.MaxValue).Milliseconds);
    }

    [Fact]
    public void a_secret_opens_for_those_it_was_sealed_to_and_for_nobody_else()
    {
        NetworkId network = new(Some);
        NodeKey[] members = [.. Enumerable.Range(0, 20).Select(static i => NodeKey.Generate(new SeededRandom(50 + (ulong)i)))];
        NewSecretBody body = SecretSealing.Seal(network, 3, members.Select(static member => member.Id), new SeededRandom(9), out NetworkSecret secret);
        foreach (NodeKey member in members)
        {
            Assert.True(SecretSealing.TryOpen(network, body, member, out NetworkSecret opened));
            Assert.Equal(secret, opened);
        }

        Assert.False(SecretSealing.TryOpen(network, body, Key, out _));
        Assert.False(SecretSealing.TryOpen(default, body, members[0], out _));
        Assert.False(SecretSealing.TryOpen(network, body with { Epoch = 4 }, members[0], out _));
        Assert.False(SecretSealing.TryOpen(network, body with { Commitment = Some }, members[0], out _));
        Assert.DoesNotContain(secret.Value.ToString(), secret.ToString(), StringComparison.Ordinal);
    }

    private static Bytes32 Numbered(int number)
    {
        byte[] bytes = new byte[32];
        bytes[0] = (byte)(number >> 8);
        bytes[1] = (byte)number;
        return new Bytes32(bytes);
    }

    private static byte[] SharesFor(int count)
    {
        byte[] shares = new byte[count * NewSecretBody.ShareBytes];
        for (int i = 0; i < count; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(shares.AsSpan(i * NewSecretBody.ShareBytes), i);
        }

        return shares;
    }

    private static void Refused(Action sign) => Assert.Throws<ArgumentException>(sign);
}
