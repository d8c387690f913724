using Kith.Node.Control;

namespace Kith.Tests.Cli;

public sealed class DeviceLookupTests
{
    private static readonly MemberStatus Second = FakeNode.Other("pi") with { Id = "oex" + FakeNode.OtherId[3..], Ipv6 = "fd99::9", Ipv4 = null };

    private static readonly NetworkStatus Home = FakeNode.Network("home", "laptop", FakeNode.Other("pi"));

    private static readonly NetworkStatus Friends = FakeNode.Network("friends", "laptop", Second);

    [Theory]
    [InlineData("pi")]
    [InlineData("PI")]
    [InlineData("pi.home")]
    [InlineData("pi.home.kith")]
    [InlineData("fd12:3456:789a::2")]
    [InlineData("100.70.0.3")]
    [InlineData(FakeNode.OtherId)]
    [InlineData("oe1ndr")]
    public void a_device_goes_by_many_names(string text) => Assert.Equal(FakeNode.OtherId, DeviceLookup.Find([Home], text).Member.Id);

    [Fact]
    public void two_devices_of_one_name_are_told_apart_by_their_network()
    {
        ControlException failure = Assert.Throws<ControlException>(() => DeviceLookup.Find([Home, Friends], "pi"));
        Assert.Equal(ControlError.AmbiguousDevice, failure.Error);
        Assert.Equal("Say which: pi.home, pi.friends", failure.Advice);
        Assert.Equal(Second.Id, DeviceLookup.Find([Home, Friends], "pi.friends").Member.Id);
        Assert.Equal(Second.Id, DeviceLookup.Find([Home, Friends], "pi", "friends").Member.Id);
    }

    [Fact]
    public void one_device_in_two_networks_is_a_question_only_where_the_network_matters()
    {
        Assert.Equal("home", DeviceLookup.Find([Home, Friends], "laptop").Network.Name);
        ControlException failure = Assert.Throws<ControlException>(() => DeviceLookup.Find([Home, Friends], "laptop", oneNetwork: true));
        Assert.Equal(ControlError.AmbiguousNetwork, failure.Error);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("pi.friends")]
    [InlineData(".home")]
    [InlineData("oe1nd")]
    [InlineData("")]
    public void who_is_not_there_is_answered_with_who_is(string text)
    {
        ControlException failure = Assert.Throws<ControlException>(() => DeviceLookup.Find([Home], text));
        Assert.Equal(ControlError.UnknownDevice, failure.Error);
        Assert.Equal($"No device is called {text}.", failure.Message);
        Assert.Equal("There are: laptop, pi", failure.Advice);
    }

    [Fact]
    public void an_advice_lists_only_so_many_names()
    {
        MemberStatus[] many = [.. Enumerable.Range(0, 20).Select(number => FakeNode.Other($"pi{number:00}"))];
        ControlException failure = Assert.Throws<ControlException>(() => DeviceLookup.Find([FakeNode.Network("home", "laptop", many)], "nobody"));
        Assert.Equal("There are: laptop, pi00, pi01, pi02, pi03, pi04, pi05, pi06 and 13 more (kith members)", failure.Advice);
    }

    [Fact]
    public void the_only_network_need_not_be_named()
    {
        Assert.Same(Home, NetworkLookup.Find([Home], null));
        Assert.Equal(ControlError.AmbiguousNetwork, Assert.Throws<ControlException>(() => NetworkLookup.Find([Home, Friends], null)).Error);
        Assert.Equal(ControlError.UnknownNetwork, Assert.Throws<ControlException>(() => NetworkLookup.Find([], null)).Error);
        Assert.Equal(ControlError.UnknownNetwork, Assert.Throws<ControlException>(() => NetworkLookup.Find([Home], "work")).Error);
        Assert.Same(Friends, NetworkLookup.Find([Home, Friends], "Friends"));
        Assert.Same(Friends, NetworkLookup.Find([Home, Friends], "bynetf"));
        Assert.Equal(ControlError.AmbiguousNetwork, Assert.Throws<ControlException>(() => NetworkLookup.Find([Home, Home with { Id = "other" }], "home")).Error);
    }

    [Fact]
    public void requests_that_carry_secrets_do_not_print_them()
    {
        object[] secrets =
        [
            new JoinRequest(FakeNode.SecretInvite),
            new RevokeRequest(FakeNode.SecretInvite),
            new InviteResult(FakeNode.SecretInvite, "home", MemberRole.Member, 1, FakeNode.Now),
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(FakeNode.SecretInvite, secret.ToString(), StringComparison.Ordinal));
    }
}
