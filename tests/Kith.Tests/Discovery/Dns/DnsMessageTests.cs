using Kith.Protocol.Discovery.Dns;
using Kith.Tests.Identity;

namespace Kith.Tests.Discovery.Dns;

public sealed class DnsMessageTests
{
    // RFC 1035 section 4.1.4's example: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
    private static byte[] Compressed()
    {
        byte[] message = new byte[93];
        "\u0001F\u0003ISI\u0004ARPA\0"u8.CopyTo(message.AsSpan(20));
        "\u0003FOO"u8.CopyTo(message.AsSpan(40));
        message[44] = 0xC0;
        message[45] = 20;
        message[64] = 0xC0;
        message[65] = 26;
        return message;
    }

    private static string? Read(byte[] message, int position, out int end)
    {
        end = position;
        return DnsName.TryRead(message, ref end, out DnsName? name) ? name.ToString() : null;
    }

    [Fact]
    public void compressed_names_of_the_rfc_read_as_it_says()
    {
        byte[] message = Compressed();
        Assert.Equal("F.ISI.ARPA", Read(message, 20, out int end));
        Assert.Equal(32, end);
        Assert.Equal("FOO.F.ISI.ARPA", Read(message, 40, out end));
        Assert.Equal(46, end);
        Assert.Equal("ARPA", Read(message, 64, out end));
        Assert.Equal(66, end);
        Assert.Equal(".", Read(message, 92, out end));
        Assert.Equal(93, end);
    }

    [Theory]
    [InlineData("c000")]
    [InlineData("c002c000")]
    [InlineData("0161c000")]
    [InlineData("c0")]
    [InlineData("4061")]
    [InlineData("80")]
    [InlineData("05616263")]
    [InlineData("")]
    [InlineData("0161")]
    public void names_that_loop_or_end_early_are_refused(string hex)
    {
        Assert.Null(Read(Convert.FromHexString(hex), 0, out _));
    }

    [Fact]
    public void pointers_may_only_go_back_beyond_where_the_name_began()
    {
        // A name at 2 that points to 0, which points to 2.
        Assert.Null(Read(Convert.FromHexString("c002c000"), 2, out _));

        // A chain of pointers, each to the one before: long, but it ends.
        byte[] chain = new byte[2 + (2 * 4000)];
        chain[0] = 0;
        for (int i = 1; i < 4000; i++)
        {
            int target = i == 1 ? 0 : (i - 1) * 2;
            chain[i * 2] = (byte)(0xC0 | (target >> 8));
            chain[(i * 2) + 1] = (byte)target;
        }

        Assert.Equal(".", Read(chain, 3999 * 2, out _));
    }

    [Fact]
    public void names_compare_without_case_and_keep_theirs()
    {
        DnsName name = DnsName.Parse("Laptop.Home.Kith");
        Assert.Equal(DnsName.Parse("laptop.home.kith."), name);
        Assert.Equal(DnsName.Parse("laptop.home.kith").GetHashCode(), name.GetHashCode());
        Assert.Equal("Laptop.Home.Kith", name.ToString());
        Assert.True(name.IsWithin(DnsName.Parse("KITH")));
        Assert.True(name.IsWithin(name));
        Assert.True(name.IsWithin(DnsName.Root));
        Assert.False(name.IsWithin(DnsName.Parse("ome.kith")));
        Assert.False(DnsName.Parse("kith").IsWithin(name));
        Assert.Equal(3, name.LabelCount);
        Assert.Equal("a\\032b\\046.c", DnsName.Root.Prepend("c"u8).Prepend("a b."u8).ToString());
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void texts_that_are_no_name_are_refused(string text) => Assert.False(DnsName.TryParse(text, out _));

    [Fact]
    public void longest_name_is_255_bytes()
    {
        string label = new('a', 63);
        string longest = $"{label}.{label}.{label}.{new string('b', 61)}";
        Assert.Equal(DnsName.BytesMax, DnsName.Parse(longest).Wire.Length);
        Assert.False(DnsName.TryParse(longest + "b", out _));
        Assert.False(DnsName.TryParse(longest + ".b", out _));
        byte[] wire = DnsName.Parse(longest).Wire.ToArray();
        Assert.Equal(longest, Read(wire, 0, out _));
        byte[] tooLong = [.. "\u0001c"u8, .. wire];
        Assert.Null(Read(tooLong, 0, out _));
        Assert.Throws<ArgumentException>(() => DnsName.Parse(longest).Prepend("x"u8));
    }

    [Fact]
    public void message_reads_back_and_repeated_names_are_compressed()
    {
        DnsName service = DnsName.Parse("_kith._udp.local");
        DnsName instance = service.Prepend("abc"u8);
        DnsMessage message = new()
        {
            Id = 1,
            Flags = DnsFlags.Response | DnsFlags.Authoritative,
            Questions = [new DnsQuestion(service, DnsType.Pointer)],
            Answers = [DnsRecord.Pointer(service, 120, instance)],
            Authorities = [DnsRecord.ForService(instance, 120, 5484, DnsName.Parse("host.local"))],
            Additionals = [new DnsRecord(instance, DnsType.Text, 1, 0, [1, (byte)'x'])],
        };
        byte[] buffer = new byte[512];
        int length = message.Encode(buffer);
        Assert.True(DnsMessage.TryDecode(buffer.AsSpan(0, length), out DnsMessage? read));
        Assert.Equal(message.Questions, read.Questions);
        Assert.Equal(message.Answers, read.Answers);
        Assert.Equal(message.Authorities, read.Authorities);
        Assert.Equal(message.Additionals, read.Additionals);
        Assert.True(read.Answers[0].TryGetPointer(out DnsName? target) && target.Equals(instance));
        Assert.True(read.Authorities[0].TryGetService(out ushort port, out DnsName? host) && port == 5484 && host.Equals(DnsName.Parse("host.local")));

        // The service's name stands in full twice only: in the question, and in the data, where we do not compress.
        Assert.Equal(2, Count(buffer.AsSpan(0, length), "_kith"u8));
        Assert.Equal(0, message.Encode(buffer.AsSpan(0, length - 1)));
        for (int i = 0; i < length; i++)
        {
            Assert.False(DnsMessage.TryDecode(buffer.AsSpan(0, i), out _));
        }

        Assert.False(DnsMessage.TryDecode(buffer.AsSpan(0, length + 1), out _));
    }

    [Fact]
    public void compressed_data_of_others_is_understood()
    {
        // A response with a pointer record whose target is "x" + the owner's own name.
        byte[] message = [0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, (byte)'a', 0, 0, 12, 0, 1, 0, 0, 0, 9, 0, 4, 1, (byte)'x', 0xC0, 12];
        Assert.True(DnsMessage.TryDecode(message, out DnsMessage? read));
        Assert.True(read.Answers[0].TryGetPointer(out DnsName? target));
        Assert.Equal("x.a", target.ToString());
    }

    [Fact]
    public void more_entries_than_allowed_are_refused()
    {
        DnsQuestion question = new(DnsName.Parse("a"), DnsType.A);
        DnsRecord record = new(DnsName.Parse("a"), DnsType.Text, 1, 1, []);
        Assert.True(Decodes(new DnsMessage { Questions = [.. Enumerable.Repeat(question, DnsMessage.QuestionsMax)] }));
        Assert.False(Decodes(new DnsMessage { Questions = [.. Enumerable.Repeat(question, DnsMessage.QuestionsMax + 1)] }));
        Assert.True(Decodes(new DnsMessage { Answers = [.. Enumerable.Repeat(record, DnsMessage.RecordsMax)] }));
        Assert.False(Decodes(new DnsMessage { Answers = [.. Enumerable.Repeat(record, DnsMessage.RecordsMax)], Additionals = [record] }));
        Assert.False(Decodes(new DnsMessage { Answers = [record with { Data = new byte[DnsMessage.BytesMax] }] }));

        static bool Decodes(DnsMessage message)
        {
            byte[] buffer = new byte[20000];
            int length = message.Encode(buffer);
            Assert.NotEqual(0, length);
            return DnsMessage.TryDecode(buffer.AsSpan(0, length), out _);
        }
    }

    [Fact]
    public void random_messages_read_back()
    {
        const int Seed = 20261120;
        TestRandom random = new(Seed);
        byte[] buffer = new byte[DnsMessage.BytesMax];
        byte[] again = new byte[DnsMessage.BytesMax];
        DnsName[] names = [DnsName.Root, DnsName.Parse("a"), DnsName.Parse("b.a"), DnsName.Parse("A.b"), DnsName.Parse("c.b.a"), DnsName.Parse("x.local")];
        for (int round = 0; round < 2000; round++)
        {
            List<DnsRecord> records = [];
            for (int i = random.NextBelow(20); i > 0; i--)
            {
                DnsName owner = names[random.NextBelow(names.Length)];
                records.Add(random.NextBelow(3) switch
                {
                    0 => DnsRecord.Pointer(owner, random.NextUInt32(), names[random.NextBelow(names.Length)]),
                    1 => DnsRecord.ForService(owner, random.NextUInt32(), (ushort)random.NextUInt32(), names[random.NextBelow(names.Length)]),
                    _ => new DnsRecord(owner, (DnsType)4711, (ushort)random.NextUInt32(), random.NextUInt32(), new byte[random.NextBelow(50)]),
                });
            }

            DnsMessage message = new() { Answers = records };
            int length = message.Encode(buffer);
            Assert.True(DnsMessage.TryDecode(buffer.AsSpan(0, length), out DnsMessage? read), $"seed {Seed}, round {round}");
            Assert.Equal(records, read.Answers);
            Assert.Equal(length, read.Encode(again));
        }
    }

    private static int Count(ReadOnlySpan<byte> haystack, ReadOnlySpan<byte> needle)
    {
        int count = 0;
        for (int at = haystack.IndexOf(needle); at >= 0; at = haystack.IndexOf(needle))
        {
            count++;
            haystack = haystack[(at + 1)..];
        }

        return count;
    }
}
