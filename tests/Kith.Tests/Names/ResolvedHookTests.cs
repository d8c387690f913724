using Kith.Node.Names;
using Kith.Tests.Discovery.Dns;

namespace Kith.Tests.Names;

/// <summary>The tool is a script that writes down what it is told.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ResolvedHookTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kith-resolved").FullName;

    private string Log => Path.Combine(_directory, "log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Tool(string body)
    {
        string path = Path.Combine(_directory, "tool");
        File.WriteAllText(path, $"#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{Log}'\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    [Fact]
    public void link_gets_servers_domains_and_reverse_zones_and_is_reverted()
    {
        ResolvedHook hook = new("kith0", Tool("exit 0"));
        hook.Remove();
        Assert.False(File.Exists(Log));
        hook.Apply(NameSamples.Table, [NameSamples.Address("fd11:2233:4455::a"), NameSamples.Address("100.64.17.1")]);
        hook.Remove();
        string[] calls = File.ReadAllLines(Log);
        Assert.Equal("dns kith0 fd11:2233:4455::a 100.64.17.1", calls[0]);
        Assert.StartsWith("domain kith0 home.kith club.kith ~kith ~5.5.4.4.3.3.2.2.1.1.d.f.ip6.arpa ~16.64.100.in-addr.arpa ", calls[1], StringComparison.Ordinal);
        Assert.Equal(3 + 2 + 32, calls[1].Split(' ').Length - 2);
        Assert.Equal("default-route kith0 no", calls[2]);
        Assert.Equal("dnssec kith0 no", calls[3]);
        Assert.Equal("revert kith0", calls[4]);
        Assert.Equal(5, calls.Length);
    }

    [Fact]
    public void refusal_is_reported_in_the_tools_words()
    {
        IOException refusal = Assert.Throws<IOException>(() => new ResolvedHook("kith0", Tool("echo no such link >&2; exit 1")).Apply(NameSamples.Table, []));
        Assert.Contains("no such link", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nameserver 127.0.0.53\n", "hosts: files dns\n", "exit 0", true)]
    [InlineData("nameserver 192.0.2.1\n", "hosts: files resolve [!UNAVAIL=return] dns\n", "exit 0", true)]
    [InlineData("nameserver 192.0.2.1\n# nameserver 127.0.0.53\n", "hosts: files dns # resolve\n", "exit 0", false)]
    [InlineData("nameserver 127.0.0.53\n", "hosts: files dns\n", "exit 1", false)]
    public void it_is_in_use_if_programs_ask_it_and_it_runs(string resolvConf, string nsswitch, string body, bool expected)
    {
        Assert.Equal(expected, ResolvedHook.IsInUse(Write("resolv.conf", resolvConf), Write("nsswitch.conf", nsswitch), Tool(body)));
        Assert.False(ResolvedHook.IsInUse(Write("resolv.conf", resolvConf), Write("nsswitch.conf", nsswitch), "/nonexistent/resolvectl"));
    }
}
