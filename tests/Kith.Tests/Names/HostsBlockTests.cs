using System.Text;
using Kith.Node.Names;
using Kith.Protocol.Discovery.Dns;
using Kith.Tests.Discovery.Dns;
using Kith.Tests.Identity;

namespace Kith.Tests.Names;

public sealed class HostsBlockTests
{
    private const string Owner = "kith0";

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    [Fact]
    public void block_holds_full_names_first_then_short_ones()
    {
        string expected = """
            127.0.0.1 localhost
            # kith begin kith0
            fd11:2233:4455::a laptop.home.kith laptop
            100.64.17.1 laptop.home.kith laptop
            fd11:2233:4455::b pi.home.kith
            100.64.31.255 pi.home.kith
            fdaa::1 pi.club.kith
            fdaa::2 nas.club.kith nas
            100.100.1.2 nas.club.kith nas
            # kith end kith0

            """;
        Assert.Equal(expected, Text(HostsBlock.Put(Bytes("127.0.0.1 localhost\n"), Owner, NameSamples.Table)));
    }

    [Fact]
    public void short_name_that_the_file_already_has_keeps_its_meaning()
    {
        string text = Text(HostsBlock.Put(Bytes("127.0.1.1\tLaptop.example.org Laptop # nas\n"), Owner, NameSamples.Table));
        Assert.Contains("100.64.17.1 laptop.home.kith\n", text, StringComparison.Ordinal);
        Assert.Contains("100.100.1.2 nas.club.kith nas\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void putting_twice_is_putting_once()
    {
        byte[] once = HostsBlock.Put(Bytes("a b\nc"), Owner, NameSamples.Table);
        Assert.Equal(Text(once), Text(HostsBlock.Put(once, Owner, NameSamples.Table)));
        Assert.Equal("a b\nc", Text(HostsBlock.Remove(once, Owner)));
        Assert.True(HostsBlock.IsIn(once, Owner));
        Assert.False(HostsBlock.IsIn(once, "kith1"));
    }

    [Fact]
    public void the_owners_of_whole_blocks_are_known()
    {
        byte[] two = HostsBlock.Put(HostsBlock.Put(Bytes("a b\nc"), "kith0", NameSamples.Table), "kith1", NameSamples.Table);
        Assert.Equal(["kith0", "kith1"], HostsBlock.OwnersIn(two));
        Assert.Empty(HostsBlock.OwnersIn(Bytes("# kith begin kith0\n127.0.0.1 localhost\n")));
        Assert.Empty(HostsBlock.OwnersIn([]));
    }

    [Fact]
    public void blocks_of_two_owners_do_not_touch_each_other()
    {
        byte[] file = Bytes("127.0.0.1 localhost");
        byte[] one = HostsBlock.Put(file, "kith0", NameSamples.Table);
        byte[] both = HostsBlock.Put(one, "kith1", NameSamples.Table);
        Assert.Equal(Text(one), Text(HostsBlock.Remove(both, "kith1")));
        Assert.Equal(Text(file), Text(HostsBlock.Remove(HostsBlock.Remove(both, "kith1"), "kith0")));
    }

    [Fact]
    public void what_a_crashed_node_left_is_taken_out_even_if_somebody_wrote_behind_it()
    {
        byte[] left = [.. HostsBlock.Put(Bytes("a b\n"), Owner, NameSamples.Table), .. Bytes("c d\n")];
        Assert.Equal("a b\nc d\n", Text(HostsBlock.Remove(left, Owner)));
    }

    [Theory]
    [InlineData("# kith begin kith0\nmine\n")]
    [InlineData("mine\n# kith end kith0\n")]
    [InlineData("# kith end kith0\nmine\n# kith begin kith0\n")]
    [InlineData("# kith begin kith0 \n# kith end kith0 \n")]
    public void halves_of_a_block_are_somebody_elses_text(string text)
    {
        Assert.Equal(text, Text(HostsBlock.Remove(Bytes(text), Owner)));
        Assert.Equal(text, Text(HostsBlock.Remove(HostsBlock.Put(Bytes(text), Owner, NameSamples.Table), Owner)));
    }

    [Fact]
    public void putting_and_removing_gives_back_any_file_byte_for_byte()
    {
        const int Seed = 4711;
        TestRandom random = new(Seed);
        string[] pieces =
        [
            "127.0.0.1 localhost", "\n", "\r\n", "\r", "\t", " ", "#", "\0", "\u00FF\u00FE", "# kith begin kith0", "# kith begin kith0 joined", "# kith end", "# kith begin", "\n\n",
            "::1 ip6-localhost", "192.168.1.1 nas # kith", "laptop",
        ];
        NameTable[] tables = [NameSamples.Table, NameTable.Empty, new NameTable("kith", [NameSamples.Club])];
        for (int round = 0; round < 20_000; round++)
        {
            StringBuilder text = new();
            for (int i = random.NextBelow(12); i > 0; i--)
            {
                text.Append(pieces[random.NextBelow(pieces.Length)]);
            }

            byte[] file = Bytes(text.ToString());
            byte[] put = HostsBlock.Put(file, Owner, tables[random.NextBelow(tables.Length)]);
            Assert.True(put.AsSpan().StartsWith(file), $"seed {Seed}, round {round}");
            Assert.True(HostsBlock.Remove(put, Owner).AsSpan().SequenceEqual(file), $"seed {Seed}, round {round}");
            byte[] other = HostsBlock.Put(put, Owner, tables[random.NextBelow(tables.Length)]);
            Assert.True(HostsBlock.Remove(other, Owner).AsSpan().SequenceEqual(file), $"seed {Seed}, round {round}");
        }
    }
}
