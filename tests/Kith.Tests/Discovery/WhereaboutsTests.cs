using Kith.Protocol.Crypto;
using Kith.Protocol.Discovery;
using Kith.Protocol.Identity;
using Kith.Protocol.Paths;
using Kith.Protocol.Wire;
using Kith.Tests.Identity;

namespace Kith.Tests.Discovery;

public sealed class WhereaboutsTests
{
    private static readonly NodeKey s_key = NodeKey.FromSeed([.. Enumerable.Range(1, 32).Select(static i => (byte)i)]);

    internal static Whereabouts Sign(NodeKey key, ulong sequence, params string[] endpoints) =>
        Whereabouts.Sign(key, sequence, 1_700_000_000_000, NatClass.Easy, [.. endpoints.Select(static text => new Candidate(CandidateKind.Lan, Endpoint(text)))], []);

    internal static InternetEndpoint Endpoint(string text) => InternetEndpoint.TryParse(text, out InternetEndpoint endpoint) ? endpoint : throw new FormatException(text);

    [Fact]
    public void record_reads_back_as_it_was_signed()
    {
        NodeId relay = new(new Bytes32([.. Enumerable.Repeat((byte)7, 32)]));
        Candidate[] candidates = [new(CandidateKind.Lan, Endpoint("192.168.1.2:5484")), new(CandidateKind.GlobalV6, Endpoint("[2001:db8::1]:5484")), new((CandidateKind)200, Endpoint("203.0.113.9:1"))];
        Whereabouts signed = Whereabouts.Sign(s_key, 42, -5, (NatClass)99, candidates, [relay]);

        Assert.True(Whereabouts.TryDecode(signed.Encoded, out Whereabouts? read));
        Assert.True(read.Verify());
        Assert.Equal(s_key.Id, read.Node);
        Assert.Equal(42UL, read.Sequence);
        Assert.Equal(-5, read.IssuedMilliseconds);
        Assert.Equal((NatClass)99, read.Nat);
        Assert.Equal(candidates, read.Candidates);
        Assert.Equal([relay], read.Relays);
        Assert.Equal(signed.Encoded.ToArray(), read.Encoded.ToArray());
    }

    [Fact]
    public void every_changed_bit_is_refused()
    {
        byte[] encoded = Sign(s_key, 1, "192.168.1.2:5484", "[2001:db8::1]:5484").Encoded.ToArray();
        for (int bit = 0; bit < encoded.Length * 8; bit++)
        {
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Whereabouts.TryDecode(encoded, out Whereabouts? read) && read.Verify(), $"bit {bit}");
            encoded[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void every_shorter_and_longer_record_is_refused()
    {
        byte[] encoded = Sign(s_key, 1, "192.168.1.2:5484").Encoded.ToArray();
        for (int length = 0; length < encoded.Length; length++)
        {
            Assert.False(Whereabouts.TryDecode(encoded.AsSpan(0, length), out _));
        }

        Assert.False(Whereabouts.TryDecode([.. encoded, 0], out _));
    }

    [Fact]
    public void largest_record_fits_its_named_maximum()
    {
        Candidate[] candidates = [.. Enumerable.Range(1, Candidate.CountMax).Select(static i => new Candidate(CandidateKind.Observed, Endpoint($"[2001:db8::{i}]:5484")))];
        NodeId[] relays = [.. Enumerable.Range(1, Whereabouts.RelaysMax).Select(static i => new NodeId(new Bytes32([.. Enumerable.Repeat((byte)i, 32)])))];
        Whereabouts largest = Whereabouts.Sign(s_key, ulong.MaxValue, long.MaxValue, NatClass.Hard, candidates, relays);

        Assert.Equal(Whereabouts.BytesMax, largest.Encoded.Length);
        Assert.True(Whereabouts.TryDecode(largest.Encoded, out Whereabouts? read) && read.Verify());
        Assert.Throws<ArgumentOutOfRangeException>(() => Whereabouts.Sign(s_key, 1, 1, NatClass.None, [.. candidates, candidates[0]], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Whereabouts.Sign(s_key, 1, 1, NatClass.None, [], [.. relays, relays[0]]));
    }

    [Fact]
    public void what_may_not_be_stated_is_left_out_and_refused()
    {
        Assert.Empty(Sign(s_key, 1, "127.0.0.1:5484", "[::1]:5484", "224.0.0.251:5353", "0.0.0.0:1").Candidates);

        byte[] encoded = Sign(s_key, 1, "192.168.1.2:5484").Encoded.ToArray();
        int address = Array.IndexOf(encoded, (byte)192, 50);
        encoded[address] = 127;
        Assert.False(Whereabouts.TryDecode(encoded, out _));
    }

    [Fact]
    public void vector_of_the_protocol_document()
    {
        Whereabouts signed = Whereabouts.Sign(s_key, 7, 1_763_600_000_000, NatClass.Unknown, [new Candidate(CandidateKind.Lan, Endpoint("192.168.1.2:5484"))], []);
        const string Unsigned = "01" + "79b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad049664" + "0000000000000007" + "0000019a9ec06400" + "00" + "01" + "01" + "04" + "c0a80102" + "156c" + "00";
        string hex = Convert.ToHexStringLower(signed.Encoded);
        Assert.Equal(Unsigned, hex[..^(2 * Ed25519.SignatureBytes)]);
        Assert.Equal(VectorSignature, hex[^(2 * Ed25519.SignatureBytes)..]);
    }

    private const string VectorSignature = "c49597d22833cf8aa2cec0f04628f839914100606324b84da9f32f6e6702b4c7c6d0fb1113af5045ae50beb22e0039464e175897759744ecf5f37afaac069101";
}
