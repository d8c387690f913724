using Kith.Apps.Running;
using Kith.Apps.Targets;
using Kith.Cli.CommandLine;

namespace Kith.Tests.Apps;

public sealed class ArgumentTests
{
    [Theory]
    [InlineData("nas:22", "nas", 22, null)]
    [InlineData("nas.home.kith:web", "nas.home.kith", 0, "web")]
    [InlineData("[fd00::1]:80", "fd00::1", 80, null)]
    [InlineData("100.70.0.2:tcp-80", "100.70.0.2", 0, "tcp-80")]
    public void targets_are_read_and_written_the_same(string text, string device, int port, string? service)
    {
        Assert.True(DeviceTarget.TryParse(text, out DeviceTarget? target));
        Assert.Equal(new DeviceTarget(device, port, service), target);
        Assert.Equal(text, target.ToString());
    }

    [Theory]
    [InlineData("nas")]
    [InlineData(":22")]
    [InlineData("nas:")]
    [InlineData("nas:0")]
    [InlineData("nas:65536")]
    [InlineData("nas:Web")]
    [InlineData("nas:-web")]
    [InlineData("fd00::1:80")]
    [InlineData("[]:80")]
    [InlineData("a b:80")]
    [InlineData(null)]
    public void what_is_no_target_is_refused(string? text) => Assert.False(DeviceTarget.TryParse(text, out _));

    [Fact]
    public void names_of_services_have_a_maximum()
    {
        Assert.True(ServiceName.IsValid(new string('a', ServiceName.CharactersMax)));
        Assert.False(ServiceName.IsValid(new string('a', ServiceName.CharactersMax + 1)));
        Assert.True(ServiceName.IsValid(ServiceName.OfPort(65535)));
    }

    [Theory]
    [InlineData("nas", "", null, "nas", null, "")]
    [InlineData("anna@nas ls -l", "", "anna", "nas", null, "ls -l")]
    [InlineData("-4Nv -p 22 -p2222 -o Opt=1 nas", "-4Nv -p 22 -p2222 -o Opt=1", null, "nas", null, "")]
    [InlineData("-l anna -- nas rsync --server .", "-l anna", null, "nas", null, "rsync --server .")]
    [InlineData("ssh://anna@nas:2222/ id", "", "anna", "nas", 2222, "id")]
    [InlineData("-vp 22 nas", "-vp 22", null, "nas", null, "")]
    public void the_device_is_found_among_the_options_of_ssh(string line, string options, string? user, string device, int? port, string command)
    {
        Assert.True(SshArguments.TryParse(Words(line), out SshArguments? parsed));
        Assert.Equal((options, user, device, port, command), (string.Join(' ', parsed.Options), parsed.User, parsed.Device, parsed.Port, string.Join(' ', parsed.Command)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-p 22")]
    [InlineData("-p")]
    [InlineData("anna@")]
    [InlineData("@nas")]
    [InlineData("-- -oProxyCommand=x")]
    public void without_a_device_there_is_nothing_to_run(string line) => Assert.False(SshArguments.TryParse(Words(line), out _));

    [Fact]
    public void what_the_user_says_comes_before_what_kith_would()
    {
        Assert.True(SshArguments.TryParse(["-o", "StrictHostKeyChecking=yes", "anna@nas", "ls"], out SshArguments? parsed));
        Assert.Equal(
            [
                "-o", "StrictHostKeyChecking=yes", "-o", "ProxyCommand=connect %p", "-o", "HostKeyAlias=id.kith", "-o", "CheckHostIP=no",
                "-o", "StrictHostKeyChecking=accept-new", "--", "anna@nas", "ls",
            ],
            parsed.ToSsh("connect %p", "id.kith"));
    }

    [Fact]
    public void the_environment_has_both_spellings()
    {
        IReadOnlyDictionary<string, string> variables = ProxyEnvironment.Of(1, 2);
        Assert.Equal("socks5h://127.0.0.1:1", variables["ALL_PROXY"]);
        Assert.Equal("http://127.0.0.1:2", variables["https_proxy"]);
        Assert.Equal(8, variables.Count);
        Assert.All(variables, pair => Assert.Equal(pair.Value, variables[pair.Key.ToUpperInvariant()]));
    }

    [Theory]
    [InlineData("ssh -p 22 nas", "ssh -- -p 22 nas")]
    [InlineData("--state d --json curl --json x", "--state d --json curl --json -- x")]
    [InlineData("ssh --state d nas --state e", "ssh --state d -- nas --state e")]
    [InlineData("run --only firefox --only", "run --only -- firefox --only")]
    [InlineData("run -- ls", "run -- ls")]
    [InlineData("ssh --help", "ssh --help")]
    [InlineData("ssh", "ssh")]
    [InlineData("ping ssh", "ping ssh")]
    [InlineData("", "")]
    public void options_of_other_programs_stay_theirs(string line, string expected) => Assert.Equal(Words(expected), PassedOn.Separate(Words(line)));

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
