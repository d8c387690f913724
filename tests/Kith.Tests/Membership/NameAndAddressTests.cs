using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Tests.Membership;

public class NameAndAddressTests
{
    [Fact]
    public void devices_that_wish_for_one_name_are_numbered_in_the_order_of_the_fold()
    {
        TestNetwork network = new();
        NodeKey[] keys = [.. Enumerable.Range(0, 4).Select(_ => network.Join("pi"))];
        Assert.Equal(["pi", "pi-2", "pi-3", "pi-4"], keys.Select(key => network.Member(key).Name));
    }

    [Fact]
    public void a_number_after_the_longest_name_still_gives_a_name()
    {
        TestNetwork network = new();
        string longest = new('a', DeviceName.LengthMax);
        network.Join(longest);
        NodeKey second = network.Join(longest);
        Assert.Equal(longest[..61] + "-2", network.Member(second).Name);
        Assert.True(DeviceName.IsValid(network.Member(second).Name));
        Assert.Equal("a-2", DeviceName.WithNumber("a", 2));
        Assert.True(DeviceName.IsValid(DeviceName.WithNumber(new string('a', 60) + "-bb", 10)));
    }

    [Fact]
    public void a_rename_takes_a_free_name_and_frees_the_old_one()
    {
        TestNetwork network = new();
        NodeKey a = network.Join("a");
        NodeKey b = network.Join("b");
        Assert.Equal(PrepareOutcome.NameTaken, network.Log.PrepareRename(a, a.Id, "b", network.Now).Outcome);
        Assert.Equal(PrepareOutcome.BadName, network.Log.PrepareRename(a, a.Id, "Not a name", network.Now).Outcome);
        Assert.Equal(PrepareOutcome.NotAdmin, network.Log.PrepareRename(a, b.Id, "c", network.Now).Outcome);
        Assert.Equal(PrepareOutcome.NothingToDo, network.Log.PrepareRename(a, a.Id, "a", network.Now).Outcome);
        TestNetwork.Add(network.Log, network.Log.PrepareRename(a, a.Id, "c", network.Now));
        TestNetwork.Add(network.Log, network.Log.PrepareRename(network.Founder, b.Id, "a", network.Now));
        Assert.Equal("c", network.Member(a).Name);
        Assert.Equal("a", network.Member(b).Name);
        network.Log.Add(network.Log.Author(b, new RenameBody(b.Id, "c"), network.Now));
        Assert.Equal("c-2", network.Member(b).Name);
    }

    [Fact]
    public void addresses_are_in_the_network_s_prefix_and_no_two_are_the_same()
    {
        TestNetwork network = new();
        HashSet<InternetAddress> seen = [];
        for (int i = 0; i < 150; i++)
        {
            NodeKey node = NodeKey.Generate(network.Random);
            network.Log.Add(network.Log.Author(network.Founder, new AdmitBody(node.Id, "d", MemberRole.Member, default), network.Now));
        }

        foreach (Member member in network.State.Members.Values)
        {
            Assert.True(seen.Add(member.V4) && seen.Add(member.V6));
            Assert.True(member.V4.IsIn(InternetAddress.FromV4(TestNetwork.Prefix), 20));
            Assert.Equal(VirtualAddress.ForV6(network.Log.Id, member.Id), member.V6);
        }

        Assert.Contains(network.State.Members.Values, member => member.V4 != VirtualAddress.ForV4(TestNetwork.Prefix, member.Id, 0));
    }

    [Fact]
    public void the_name_and_the_address_of_a_removed_device_are_free_again()
    {
        TestNetwork network = new();
        NodeKey first = network.Join("nas");
        InternetAddress address = network.Member(first).V4;
        TestNetwork.Add(network.Log, network.Log.PrepareRevoke(network.Founder, first.Id, null, network.Now, network.Random));
        Assert.Equal("nas", network.Member(network.Join("nas")).Name);
        Assert.DoesNotContain(network.State.Members.Values, member => member.V4 == address);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b9", true)]
    [InlineData("9", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a.b", false)]
    [InlineData("ä", false)]
    [InlineData("a_b", false)]
    public void a_name_is_one_label_in_lower_case(string name, bool valid) => Assert.Equal(valid, DeviceName.IsValid(name));

    [Theory]
    [InlineData("Annas-MacBook.local", "annas-macbook")]
    [InlineData("RASPBERRY PI", "raspberry-pi")]
    [InlineData("__x__", "x")]
    [InlineData("été", "t")]
    [InlineData("...", "device")]
    [InlineData("", "device")]
    public void a_host_s_name_becomes_the_nearest_label(string text, string name) => Assert.Equal(name, DeviceName.FromText(text));

    [Fact]
    public void the_nearest_label_of_any_text_is_one()
    {
        SeededRandom random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = new char[random.NextBelow(90)];
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = random.NextChance(50) ? (char)('-' + random.NextBelow(80)) : (char)random.NextBelow(0x300);
            }

            Assert.True(DeviceName.IsValid(DeviceName.FromText(new string(text))), new string(text));
        }
    }
}
