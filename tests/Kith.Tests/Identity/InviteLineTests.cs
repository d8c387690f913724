using Kith.Protocol.Crypto;
using Kith.Protocol.Identity;
using Kith.Protocol.Wire;

namespace Kith.Tests.Identity;

public sealed class InviteLineTests
{
    private static readonly byte[] s_secret = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
    private static readonly NetworkId s_network = new(Enumerable.Repeat((byte)0x42, 32).ToArray());

    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            for (int hints = 0; hints <= InviteLine.HintsMax; hints++)
            {
                for (int endpoints = 0; endpoints <= InviteHint.EndpointsMax; endpoints++)
                {
                    shapes.Add(hints, endpoints);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void what_is_written_is_read_back(int hints, int endpoints)
    {
        InviteLine line = Create("home", hints, endpoints);
        string text = line.ToText();
        Assert.True(text.Length <= InviteLine.TextLengthMax);
        Assert.Matches("^[a-z0-9]+$", text);
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(text, out InviteLine? read));
        Assert.NotNull(read);
        Assert.Equal(line.Network, read.Network);
        Assert.Equal(line.NetworkName, read.NetworkName);
        byte[] secret = new byte[32];
        read.CopySecret(secret);
        Assert.Equal(s_secret, secret);
        Assert.Equal(line.Hints.Count, read.Hints.Count);
        for (int i = 0; i < hints; i++)
        {
            Assert.Equal(line.Hints[i].Node, read.Hints[i].Node);
            Assert.Equal(line.Hints[i].Endpoints, read.Hints[i].Endpoints);
            Assert.Equal(line.Hints[i].TcpEndpoints, read.Hints[i].TcpEndpoints);
        }

        Assert.Equal(text, read.ToText());
    }

    [Fact]
    public void the_longest_invite_is_as_long_as_stated()
    {
        byte[] id = new byte[32];
        Assert.True(InternetAddress.TryParse("2001:db8::1", out InternetAddress address));
        InternetEndpoint[] endpoints = [.. Enumerable.Repeat(new InternetEndpoint(address, 1), InviteHint.EndpointsMax)];
        InviteHint hint = new(new NodeId(id), endpoints) { TcpEndpoints = endpoints[..InviteHint.TcpEndpointsMax] };
        InviteHint[] hints = [.. Enumerable.Repeat(hint, InviteLine.HintsMax)];
        InviteLine line = new(s_network, s_secret, new string('n', InviteLine.NetworkNameBytesMax), hints);
        Assert.Equal(InviteLine.TextLengthMax, line.ToText().Length);
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(line.ToText(), out _));
    }

    [Fact]
    public void any_wrong_character_and_any_cut_is_noticed()
    {
        string text = Create("home", 1, 2).ToText();
        for (int i = InviteLine.Prefix.Length; i < text.Length; i++)
        {
            char other = text[i] == 'y' ? 'b' : 'y';
            Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1)), out _));
            Assert.Equal(i == InviteLine.Prefix.Length ? InviteParse.NotAnInvite : InviteParse.Damaged, InviteLine.TryParse(text[..i], out _));
        }

        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(text + "y", out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(text + text, out _));
    }

    [Fact]
    public void white_space_around_and_capital_letters_do_no_harm()
    {
        string text = Create("home", 1, 1).ToText();
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse($"  {text}\r\n", out _));
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(text.ToUpperInvariant(), out InviteLine? read));
        Assert.Equal(text, read?.ToText());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("kith")]
    [InlineData("kith1")]
    [InlineData("hello")]
    [InlineData("kithy")]
    [InlineData("kith0yyyy")]
    [InlineData("https://example.org/")]
    public void other_texts_are_not_invites(string? text)
    {
        Assert.Equal(InviteParse.NotAnInvite, InviteLine.TryParse(text, out InviteLine? line));
        Assert.Null(line);
    }

    [Fact]
    public void a_book_is_not_an_invite() => Assert.Equal(InviteParse.NotAnInvite, InviteLine.TryParse("kith1" + new string('y', 1_000_000), out _));

    [Fact]
    public void a_later_version_is_told_apart_from_damage()
    {
        Assert.Equal(InviteParse.NewerVersion, InviteLine.TryParse("kith2yyyy", out _));
        Assert.Equal(InviteParse.NewerVersion, InviteLine.TryParse(WithChecksum([2, 1, 2, 3]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([0, 1, 2, 3]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([1, 1, 2, 3]), out _));
    }

    [Fact]
    public void an_ipv4_address_in_ipv6_clothes_a_missing_port_and_too_many_are_refused()
    {
        byte[] head = [1, .. s_network.ToArray(), .. s_secret, 1, (byte)'n'];
        byte[] node = new byte[32];
        byte[] mapped = [.. new byte[10], 0xFF, 0xFF, 192, 0, 2, 1];
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(WithChecksum([.. head, 1, .. node, 1, 4, 192, 0, 2, 1, 0, 9]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 1, .. node, 1, 6, .. mapped, 0, 9]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 1, .. node, 1, 4, 192, 0, 2, 1, 0, 0]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 1, .. node, 1, 5, 192, 0, 2, 1, 0, 9]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 1, .. node, 5]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 5]), out _));
        Assert.Equal(InviteParse.Damaged, InviteLine.TryParse(WithChecksum([.. head, 0, 0]), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("bell\a")]
    [InlineData("right\u202Eleft")]
    public void names_that_upset_a_terminal_are_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new InviteLine(s_network, s_secret, name, []));

    [Fact]
    public void half_a_character_is_no_name() =>
        Assert.Throws<ArgumentException>(() => new InviteLine(s_network, s_secret, "a" + (char)0xD800, []));

    [Fact]
    public void names_beyond_the_maximum_are_refused_by_their_bytes()
    {
        Assert.Throws<ArgumentException>(() => new InviteLine(s_network, s_secret, new string('n', 64), []));
        Assert.Throws<ArgumentException>(() => new InviteLine(s_network, s_secret, new string('ü', 32), []));
        Assert.Equal(InviteParse.Ok, InviteLine.TryParse(new InviteLine(s_network, s_secret, new string('ü', 31), []).ToText(), out _));
    }

    [Fact]
    public void the_secret_is_not_in_the_printed_form_and_opens_the_invites_key()
    {
        InviteLine line = Create("home", 2, 2);
        Assert.DoesNotContain(ZBase32.Encode(s_secret), line.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(s_secret), line.ToString(), StringComparison.OrdinalIgnoreCase);
        using NodeKey key = line.OpenKey();
        using NodeKey expected = NodeKey.FromSeed(s_secret);
        Assert.Equal(expected.Id, key.Id);
    }

    private static InviteLine Create(string name, int hintCount, int endpointCount)
    {
        TestRandom random = new(hintCount * 10 + endpointCount);
        List<InviteHint> hints = [];
        for (int i = 0; i < hintCount; i++)
        {
            byte[] node = new byte[32];
            random.Fill(node);
            List<InternetEndpoint> endpoints = [];
            for (int j = 0; j < endpointCount; j++)
            {
                byte[] address = new byte[j % 2 == 0 ? 4 : 16];
                random.Fill(address);
                endpoints.Add(new InternetEndpoint(InternetAddress.FromBytes(address), (ushort)(5484 + j)));
            }

            hints.Add(new InviteHint(new NodeId(node), endpoints) { TcpEndpoints = [.. endpoints.Take(InviteHint.TcpEndpointsMax)] });
        }

        return new InviteLine(s_network, s_secret, name, hints);
    }

    private static string WithChecksum(byte[] body)
    {
        byte[] hash = new byte[32];
        Blake2s.Hash(body, hash);
        return InviteLine.Prefix + ZBase32.Encode([.. body, .. hash[..4]]);
    }
}
