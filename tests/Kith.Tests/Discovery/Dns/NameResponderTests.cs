using Kith.Protocol.Discovery.Dns;

namespace Kith.Tests.Discovery.Dns;

public sealed class NameResponderTests
{
    private static readonly NameResponder s_responder = new(NameSamples.Table);

    private static byte[] Query(string name, DnsType type, DnsRecord[]? additionals = null, ushort flags = DnsFlags.RecursionDesired, ushort dnsClass = 1)
    {
        byte[] buffer = new byte[600];
        DnsMessage query = new() { Id = 0xBEEF, Flags = flags, Questions = [new DnsQuestion(DnsName.Parse(name), type, dnsClass)], Additionals = additionals ?? [] };
        return buffer[..query.Encode(buffer)];
    }

    private static DnsMessage? Respond(byte[] query, bool tcp = false, NameResponder? responder = null)
    {
        byte[] response = new byte[tcp ? 65535 : 1232];
        int length = (responder ?? s_responder).Respond(query, response, tcp);
        if (length == 0)
        {
            return null;
        }

        Assert.True(DnsMessage.TryDecode(response.AsSpan(0, length), out DnsMessage? message));
        return message;
    }

    private static (DnsResponseCode Code, string[] Answers) Ask(string name, DnsType type, ushort dnsClass = 1)
    {
        DnsMessage message = Respond(Query(name, type, dnsClass: dnsClass))!;
        Assert.Equal(0xBEEF, message.Id);
        Assert.True(message.IsResponse);
        Assert.NotEqual(0, message.Flags & DnsFlags.RecursionDesired);
        Assert.Equal(name.TrimEnd('.'), message.Questions[0].Name.ToString());
        Assert.All(message.Answers, static record => Assert.InRange(record.TimeToLiveSeconds, 5u, 30u));
        return ((DnsResponseCode)(message.Flags & DnsFlags.CodeMask), [.. message.Answers.Select(static record => record.TryGetPointer(out DnsName? target)
            ? target.ToString()
            : record.Data.Length is 4 or 16 ? Protocol.Wire.InternetAddress.FromBytes(record.Data).ToString() : record.Type.ToString())]);
    }

    [Theory]
    [InlineData("laptop.home.kith", DnsType.Aaaa, "fd11:2233:4455::a")]
    [InlineData("laptop.home.kith", DnsType.A, "100.64.17.1")]
    [InlineData("LapTop.HOME.kith", DnsType.A, "100.64.17.1")]
    [InlineData("pi.home.kith", DnsType.Aaaa, "fd11:2233:4455::b")]
    [InlineData("pi.club.kith", DnsType.Aaaa, "fdaa::1")]
    [InlineData("nas", DnsType.A, "100.100.1.2")]
    [InlineData("1.17.64.100.in-addr.arpa", DnsType.Pointer, "laptop.home.kith")]
    [InlineData("255.31.64.100.in-addr.arpa", DnsType.Pointer, "pi.home.kith")]
    [InlineData("a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.5.4.4.3.3.2.2.1.1.d.f.ip6.arpa", DnsType.Pointer, "laptop.home.kith")]
    public void known_names_and_addresses_are_answered(string name, DnsType type, string expected)
    {
        (DnsResponseCode code, string[] answers) = Ask(name, type);
        Assert.Equal(DnsResponseCode.NoError, code);
        Assert.Equal([expected], answers);
    }

    [Theory]
    [InlineData("nobody.home.kith", DnsType.A, DnsResponseCode.NameError)]
    [InlineData("x.laptop.home.kith", DnsType.A, DnsResponseCode.NameError)]
    [InlineData("nowhere.kith", DnsType.A, DnsResponseCode.NameError)]
    [InlineData("2.17.64.100.in-addr.arpa", DnsType.Pointer, DnsResponseCode.NameError)]
    [InlineData("pi.club.kith", DnsType.A, DnsResponseCode.NoError)]
    [InlineData("laptop.home.kith", DnsType.Text, DnsResponseCode.NoError)]
    [InlineData("home.kith", DnsType.A, DnsResponseCode.NoError)]
    [InlineData("kith", DnsType.A, DnsResponseCode.NoError)]
    [InlineData("0.5.5.4.4.3.3.2.2.1.1.d.f.ip6.arpa", DnsType.Pointer, DnsResponseCode.NoError)]
    [InlineData("17.64.100.in-addr.arpa", DnsType.Pointer, DnsResponseCode.NoError)]
    [InlineData("nas", DnsType.Text, DnsResponseCode.NoError)]
    public void no_answer_within_our_zones_comes_with_their_authority(string name, DnsType type, DnsResponseCode expected)
    {
        (DnsResponseCode code, string[] answers) = Ask(name, type);
        Assert.Equal(expected, code);
        Assert.Empty(answers);
        DnsMessage message = Respond(Query(name, type))!;
        Assert.NotEqual(0, message.Flags & DnsFlags.Authoritative);
        DnsRecord authority = Assert.Single(message.Authorities);
        Assert.Equal(DnsType.StartOfAuthority, authority.Type);
        Assert.True(DnsName.Parse(name).IsWithin(authority.Name));
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("kith.example.com")]
    [InlineData("pi")]
    [InlineData("nobody")]
    [InlineData("1.32.64.100.in-addr.arpa")]
    [InlineData("1.2.0.192.in-addr.arpa")]
    [InlineData("64.100.in-addr.arpa")]
    [InlineData(".")]
    public void what_is_not_ours_is_refused(string name)
    {
        DnsMessage message = Respond(Query(name, DnsType.A))!;
        Assert.Equal((int)DnsResponseCode.Refused, message.Flags & DnsFlags.CodeMask);
        Assert.Equal(0, message.Flags & DnsFlags.Authoritative);
        Assert.Empty(message.Answers);
    }

    [Fact]
    public void question_for_everything_gets_everything()
    {
        Assert.Equal(2, Ask("laptop.home.kith", DnsType.Any).Answers.Length);
        Assert.Equal(["StartOfAuthority"], Ask("kith", DnsType.Any).Answers);
        Assert.Equal(["StartOfAuthority"], Ask("kith", DnsType.StartOfAuthority).Answers);
    }

    [Fact]
    public void other_classes_are_refused()
    {
        Assert.Equal(DnsResponseCode.Refused, Ask("laptop.home.kith", DnsType.A, 3).Code);
        Assert.Equal(DnsResponseCode.NoError, Ask("laptop.home.kith", DnsType.A, DnsRecord.ClassAny).Code);
    }

    [Fact]
    public void extended_dns_is_understood_and_of_another_version_refused()
    {
        DnsRecord options = new(DnsName.Root, DnsType.Options, 4096, 0x0000_8000, [0, 10, 0, 2, 1, 2]);
        DnsMessage message = Respond(Query("laptop.home.kith", DnsType.A, [options]))!;
        Assert.Single(message.Answers);
        Assert.Equal(NameResponder.ExtendedBytesMax, Assert.Single(message.Additionals).Class);

        message = Respond(Query("laptop.home.kith", DnsType.A, [options with { TimeToLiveSeconds = 0x0001_0000 }]))!;
        Assert.Empty(message.Answers);
        Assert.Equal(1u, message.Additionals[0].TimeToLiveSeconds >> 24);
    }

    [Fact]
    public void queries_that_make_no_sense_get_an_error_and_responses_nothing()
    {
        byte[] query = Query("laptop.home.kith", DnsType.A);
        Assert.Null(Respond(query[..11]));
        Assert.Null(Respond(Query("laptop.home.kith", DnsType.A, flags: DnsFlags.Response)));
        Assert.Equal((int)DnsResponseCode.FormatError, Respond(query[..20])!.Flags & DnsFlags.CodeMask);
        Assert.Equal((int)DnsResponseCode.FormatError, Respond(new byte[12])!.Flags & DnsFlags.CodeMask);
        Assert.Equal((int)DnsResponseCode.FormatError, Respond([.. query, .. new byte[NameResponder.QueryBytesMax]])!.Flags & DnsFlags.CodeMask);
        Assert.Equal((int)DnsResponseCode.NotImplemented, Respond(Query("laptop.home.kith", DnsType.A, flags: 5 << 11))!.Flags & DnsFlags.CodeMask);
    }

    [Fact]
    public void answer_that_does_not_fit_is_cut_over_udp_and_whole_over_tcp()
    {
        // Eight addresses at 28 bytes and a name of 200 are over 512 with the question, if the owner's name could not be compressed; so fill with long names on one address instead.
        NamedDevice wide = new(new string('a', 63), [.. Enumerable.Range(1, 8).Select(static i => NameSamples.Address($"fd11:2233:4455::{i}")), .. Enumerable.Range(1, 8).Select(static i => NameSamples.Address($"100.64.16.{i}"))]);
        string suffix = string.Join('.', Enumerable.Repeat(new string('s', 60), 2));
        NameResponder responder = new(new NameTable(suffix, [NameSamples.Home with { Devices = [wide] }]));
        string name = $"{wide.Name}.home.{suffix}";
        byte[] small = new byte[400];
        byte[] query = Query(name, DnsType.Any);
        int cut = responder.Respond(query, small, tcp: false);
        Assert.True(DnsMessage.TryDecode(small.AsSpan(0, cut), out DnsMessage? message));
        Assert.NotEqual(0, message.Flags & DnsFlags.Truncated);
        Assert.Empty(message.Answers);
        Assert.Single(message.Questions);
        Assert.Equal(8, Respond(query, true, responder)!.Answers.Count);
    }
}
