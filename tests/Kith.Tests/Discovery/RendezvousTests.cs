using Kith.Protocol.Discovery;
using Kith.Protocol.Discovery.Dht;
using Kith.Protocol.Discovery.Dht.Krpc;
using Kith.Protocol.Discovery.Rendezvous;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Kith.Tests.Core;

namespace Kith.Tests.Discovery;

/// <summary>Places in the DHT and what lies at them, with the vectors of docs/protocol/45-dht.md.</summary>
public sealed class RendezvousTests : IDisposable
{
    private readonly NodeKey _anna = NodeKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
    private readonly NodeKey _bert = NodeKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
    private readonly NodeKey _invite = NodeKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
    private readonly NetworkSecret _secret = new(1, new Bytes32([.. Enumerable.Range(0, 32).Select(static n => (byte)n)]));
    private readonly NetworkId _network = new([.. Enumerable.Range(32, NetworkId.Length).Select(static n => (byte)n)]);

    public void Dispose()
    {
        _anna.Dispose();
        _bert.Dispose();
        _invite.Dispose();
    }

    [Fact]
    public void places_are_those_of_the_vectors()
    {
        using RendezvousKey where = RendezvousKey.ForWhereabouts(_secret, _anna.Id, 20_454);
        using RendezvousKey mail = RendezvousKey.ForMailbox(_secret, _anna, _bert.Id, isToOther: true, 1_963_584)!;
        using RendezvousKey invite = RendezvousKey.ForInvite(_network, _invite.Id, 20_454);
        using RendezvousKey call = RendezvousKey.ForCall(_network, _invite.Id, 20_454);
        Assert.Equal(
            """
            3bed505b709f3e34bde72b7320f0a2c81c535fc7536529769c072ce44b388fd7 c541c540849da8a332a20a15af05692d81f1bcc8269a5b2205d7632e0caf2077 17e36f5e419c460cbf67836d9e844884f40ee66ca5b41cb0bd0e691b664ec928 2f124bd33a08ac9f6e8b98f0e86a9da6534254c4
            0f758d1815c94dd85ec9373057dbcfb24825c6c9627873de6e816a584c2d992b 3895ee71b7e7e3739b1298c127d4404eb8535c5bfe6f22f56e4b31813827bd3f e911f44715177b66b5a3b1b32f1c8d895de6706a8b7770d58182e1d49dcead0f 5b18d6a7dd824ec1b4ef92d4861b4f17f5afca8d
            4f0b812100aa60bd8817e480d7f0034bfbef1156c43418fc13bb7d427dd3897b 7ae93781ebc15f0111c0680a46a25197156f6524f47acfd3562025d4c712bc54 afcfa4f63b9eda944f41c10f60c01ebb36b40bbd808ef20bbb7d61ef3d27298d bbf2cf4fb40a8d230487ddab37980ff64ab53dd7
            33448f2737843236982e01ecda467b7f84f58af010efb017791d0a2f6d52214f fb1eb55144135113706f9c3a5a0025f3fcea662d3ee6a3bfc9dd7696203a60b0 04b92d42e76d94b67f3272caf2185cb7615755ec102d29f9c8ff8a4d55f8e29c cbee5d8ae6fb246e821d5a075ee2dd59016ea9bb
            """,
            string.Join('\n', new[] { where, mail, invite, call }.Select(static place => $"{Hex(place.Seed)} {Hex(place.SealKey)} {Hex(place.PublicKey)} {DhtItem.TargetOf(place.PublicKey, default)}")));
    }

    [Fact]
    public void both_ends_of_a_mailbox_come_to_one_place_and_each_way_has_its_own()
    {
        using RendezvousKey put = RendezvousKey.ForMailbox(_secret, _anna, _bert.Id, isToOther: true, 5)!;
        using RendezvousKey got = RendezvousKey.ForMailbox(_secret, _bert, _anna.Id, isToOther: false, 5)!;
        using RendezvousKey back = RendezvousKey.ForMailbox(_secret, _bert, _anna.Id, isToOther: true, 5)!;
        using RendezvousKey later = RendezvousKey.ForMailbox(_secret, _anna, _bert.Id, isToOther: true, 6)!;
        Assert.True(put.PublicKey.SequenceEqual(got.PublicKey) && put.SealKey.SequenceEqual(got.SealKey));
        Assert.False(put.PublicKey.SequenceEqual(back.PublicKey));
        Assert.False(put.PublicKey.SequenceEqual(later.PublicKey));
    }

    [Fact]
    public void messages_are_those_of_the_vectors()
    {
        byte[] buffer = new byte[KrpcMessage.BytesMax];
        DhtId self = new([.. Enumerable.Repeat((byte)'a', 20)]);
        DhtId target = new([.. Enumerable.Repeat((byte)'t', 20)]);
        KrpcQuery query = new(0x31323334, self, isReadOnly: true, isV6: false);
        Assert.Equal("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaae1:q4:ping2:roi1e1:t4:12341:v4:KT..1:y1:qe", Text(buffer, query.WritePing(buffer)));
        Assert.Equal("d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa6:target20:tttttttttttttttttttt4:wantl2:n4ee1:q3:get2:roi1e1:t4:12341:v4:KT..1:y1:qe", Text(buffer, query.WriteGet(buffer, target)));
        Assert.Equal(
            "d1:ad2:id20:aaaaaaaaaaaaaaaaaaaa12:implied_porti1e9:info_hash20:tttttttttttttttttttt4:porti5484e5:token2:xxe1:q13:announce_peer2:roi1e1:t4:12341:v4:KT..1:y1:qe",
            Text(buffer, query.WriteAnnouncePeer(buffer, target, 5484, "xx"u8)));
        KrpcAnswer.Content content = default;
        content.Token = "token678"u8.ToArray();
        content.Item = DhtItem.CreateImmutable("5:hello"u8);
        Assert.Equal(
            "d2:ip6:abcd121:rd2:id20:aaaaaaaaaaaaaaaaaaaa5:token8:token6781:v5:helloe1:t2:zz1:v4:KT..1:y1:re",
            Text(buffer, KrpcAnswer.WriteResponse(buffer, "zz"u8, self, new InternetEndpoint(InternetAddress.FromBytes("abcd"u8), 0x3132), content)));
    }

    [Fact]
    public void sealed_value_is_that_of_the_vector_and_opens_only_where_it_lies()
    {
        using RendezvousKey place = RendezvousKey.ForWhereabouts(_secret, _anna.Id, 20_454);
        using RendezvousKey other = RendezvousKey.ForWhereabouts(_secret, _anna.Id, 20_455);
        byte[] value = SealedValue.Seal(place, "kith"u8, new Zeros());
        Assert.Equal(SealedValue.ValueBytes, value.Length);
        Assert.Equal("9fa6cc8f05a04427f64596f09eedd7b23551dcad8730ac766c36501217bea822", Hex(Hash(value)));
        Assert.Equal("kith"u8.ToArray(), SealedValue.TryOpen(place, value));
        Assert.Null(SealedValue.TryOpen(other, value));
        foreach (int at in new[] { 0, 3, 4, 30, value.Length - 1 })
        {
            value[at] ^= 1;
            Assert.Null(SealedValue.TryOpen(place, value));
            value[at] ^= 1;
        }

        Assert.Null(SealedValue.TryOpen(place, value.AsSpan(..^1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedValue.Seal(place, new byte[SealedValue.ContentBytesMax + 1], new Zeros()));
    }

    [Fact]
    public void word_for_an_invite_opens_with_its_secret_only()
    {
        using RendezvousKey place = RendezvousKey.ForInvite(_network, _invite.Id, 20_454);
        Whereabouts[] hosts = [Record(_anna, 2), Record(_bert, 1)];
        byte[] word = InviteWord.Seal(place, _invite.Id, hosts, new Zeros(7))!;
        Assert.Equal("7b1a2af59240798c42a2ef957d3c5a31c55f6b43b2e3ab23847c24a881ad6c48", Hex(Hash(word)));
        Assert.Equal(hosts.Select(host => Hex(host.Encoded)), InviteWord.Open(place, _invite, word).Select(host => Hex(host.Encoded)));
        Assert.Empty(InviteWord.Open(place, _anna, word));
        for (int length = 0; length < word.Length; length++)
        {
            Assert.Empty(InviteWord.Open(place, _invite, word.AsSpan(..length)));
        }

        for (int i = 0; i < word.Length; i++)
        {
            word[i] ^= 0x80;

            // The highest bit of an X25519 key is not looked at (RFC 7748), but it enters the hash.
            Assert.Empty(InviteWord.Open(place, _invite, word));
            word[i] ^= 0x80;
        }
    }

    [Fact]
    public void word_for_an_invite_names_as_many_as_fit()
    {
        using RendezvousKey place = RendezvousKey.ForInvite(_network, _invite.Id, 1);
        TestRandom random = new(5);
        Whereabouts[] small = [.. Enumerable.Range(0, 20).Select(_ => NodeKey.Generate(random)).Select(key => Record(key, 0))];
        IReadOnlyList<Whereabouts> named = InviteWord.Open(place, _invite, InviteWord.Seal(place, _invite.Id, small, random)!);
        Assert.InRange(named.Count, 5, InviteWord.HostsMax);
        byte[] large = InviteWord.Seal(place, _invite.Id, [Record(_anna, Candidate.CountMax), .. small], random)!;
        Assert.True(large.Length <= SealedValue.ContentBytesMax);
        Assert.Equal(_anna.Id, InviteWord.Open(place, _invite, large)[0].Node);
        Assert.Null(InviteWord.Seal(place, _invite.Id, [], random));
    }

    [Fact]
    public void opener_names_the_member_to_whoever_knows_the_place()
    {
        using RendezvousKey place = RendezvousKey.ForCall(_network, _invite.Id, 20_454);
        using RendezvousKey other = RendezvousKey.ForCall(_network, _invite.Id, 20_455);
        byte[] opener = new byte[Opener.Bytes];
        Opener.Write(place, _anna.Id, new Zeros(), opener);
        Assert.Equal("0000000000000000000000000000000000000000000000008259c1609e9ecdf466dd1a817b3de10723a725af4287de3eb662df06acf01737bcdeca2f3c94c79ceb07fe7c2826e26f", Hex(opener));
        Assert.True(Opener.TryRead(place, opener, out NodeId member));
        Assert.Equal(_anna.Id, member);
        Assert.False(Opener.TryRead(other, opener, out _));
        for (int i = 0; i < opener.Length; i++)
        {
            opener[i] ^= 1;
            Assert.False(Opener.TryRead(place, opener, out _));
            opener[i] ^= 1;
            Assert.False(Opener.TryRead(place, opener.AsSpan(..i), out _));
        }
    }

    private static Whereabouts Record(NodeKey key, int candidates) => Whereabouts.Sign(
        key, 7, 1_767_225_600_000, NatClass.Easy, [.. Enumerable.Range(1, candidates).Select(static n => new Candidate(CandidateKind.Observed, new InternetEndpoint(InternetAddress.FromV4(0xC6336400 + (uint)n), 5484)))], []);

    private static string Text(byte[] buffer, int length) => string.Concat(buffer.AsSpan(0, length).ToArray().Select(static value => value is >= 32 and < 127 ? (char)value : '.'));

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Hash(byte[] bytes)
    {
        byte[] hash = new byte[32];
        Protocol.Crypto.Blake2s.Hash(bytes, hash);
        return hash;
    }

    /// <summary>No chance at all.</summary>
    private sealed class Zeros(byte value = 0) : RandomSource
    {
        public override void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
